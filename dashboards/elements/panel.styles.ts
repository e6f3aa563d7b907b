import { css } from 'lit';

export const panelStyles = css`
  :host {
    display: block;
    overflow: auto;
    background: var(--ground);
    padding: 0.9rem 1rem 1.2rem;
  }
  header {
    display: flex;
    gap: 0.5rem;
    align-items: flex-start;
    justify-content: space-between;
  }
  h2 {
    margin: 0;
    font-size: 1.15rem;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }
  h2:focus {
    outline: none;
  }
  .close {
    flex: none;
    width: 2.5rem;
    height: 2.5rem;
    margin: -0.4rem -0.5rem 0 0;
    border: 0;
    border-radius: 50%;
    background: none;
    font-size: 1.4rem;
    line-height: 1;
  }
  .close:hover {
    background: #eef2f5;
  }
  .kind {
    margin: 0.1rem 0 0;
    font-size: 0.85rem;
    color: var(--soft);
  }
  .state {
    display: flex;
    align-items: baseline;
    flex-wrap: wrap;
    gap: 0.1rem 0.6rem;
    margin: 0.7rem 0 0.2rem;
  }
  .state strong {
    font-size: 1.7rem;
    line-height: 1.2;
    overflow-wrap: anywhere;
    color: var(--state);
    font-variant-numeric: tabular-nums;
  }
  .when,
  .note {
    margin: 0;
    font-size: 0.85rem;
    color: var(--soft);
  }
  h3 {
    margin: 1rem 0 0.3rem;
    font-size: 0.9rem;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
    border-top: 1px solid var(--line);
  }
  li button {
    display: grid;
    grid-template-columns: minmax(5rem, 1fr) minmax(0, auto);
    gap: 0 0.75rem;
    width: 100%;
    padding: 0.4rem 0.4rem;
    border: 0;
    border-bottom: 1px solid var(--line);
    border-left: 3px solid transparent;
    background: none;
    text-align: left;
  }
  li button:hover {
    background: #f5f8fa;
  }
  li button[aria-pressed='true'] {
    background: #eaf3f6;
    border-left-color: var(--accent);
  }
  li .value {
    font-weight: 600;
    text-align: right;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }
  li .when {
    grid-column: 1 / -1;
    font-size: 0.78rem;
  }
  .range {
    display: inline-flex;
    border: 1px solid #7b8794;
    border-radius: 6px;
    overflow: hidden;
  }
  .range button {
    border: 0;
    background: #fff;
    padding: 0.25rem 0.6rem;
    font-size: 0.85rem;
    white-space: nowrap;
  }
  .range button[aria-pressed='true'] {
    background: var(--accent);
    color: #fff;
  }
  .chart-head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    flex-wrap: wrap;
    gap: 0.3rem;
    margin: 1rem 0 0.4rem;
  }
  .chart-head h3 {
    margin: 0;
  }
  .box {
    min-height: 12.5rem;
    display: grid;
    align-items: center;
  }
  .box p {
    text-align: center;
  }
  a {
    color: var(--accent);
    font-size: 0.85rem;
  }
`;
