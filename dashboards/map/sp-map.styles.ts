import { css } from 'lit';

export const styles = css`
  #map {
    position: absolute;
    inset: 0;
    font: inherit;
  }
  .bare {
    position: absolute;
    top: 6px;
    left: 8px;
    margin: 0;
    padding: 0 6px;
    border-radius: 4px;
    background: rgb(255 255 255 / 75%);
    color: #4b5563;
    font-size: 11px;
    line-height: 18px;
    pointer-events: none;
  }
  .maplibregl-ctrl-attrib {
    font-size: 11px;
  }
`;
