import { css } from 'lit';

export const styles = css`
  #map {
    position: absolute;
    inset: 0;
    font: inherit;
  }
  .maplibregl-ctrl-attrib {
    font-size: 11px;
  }
`;
