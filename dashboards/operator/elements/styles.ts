import { css } from 'lit';

/** What the sections share: cards, facts, forms, notices, colours of the levels (their values stand in operator.css). */
export const styles = css`
  :host {
    display: block;
  }
  h2 {
    margin: 0 0 0.2rem;
    font-size: 1.3rem;
    line-height: 1.25;
  }
  h2:focus,
  h3:focus {
    outline: none;
  }
  h3 {
    margin: 0;
    font-size: 1rem;
  }
  h4 {
    margin: 0.8rem 0 0.3rem;
    font-size: 0.9rem;
  }
  p {
    margin: 0.3rem 0;
  }
  .soft {
    color: var(--soft);
    font-size: 0.88rem;
  }
  a {
    color: var(--accent);
  }
  code {
    padding: 0 0.2em;
    border-radius: 4px;
    background: #eef2f5;
    font-size: 0.92em;
    overflow-wrap: anywhere;
  }
  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr));
    gap: 0.8rem;
    margin-top: 0.8rem;
  }
  .card {
    min-width: 0;
    padding: 0.8rem 1rem 0.9rem;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--ground);
    overflow-wrap: anywhere;
  }
  .card.wide {
    grid-column: 1 / -1;
  }
  section + section,
  .cards + section {
    margin-top: 1.2rem;
  }
  .cards > section {
    margin-top: 0;
  }
  .card > dl:first-child {
    margin-top: 0;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.3rem 1rem;
    margin: 0.6rem 0 0;
    font-size: 0.92rem;
  }
  dl.long {
    grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr);
  }
  dt {
    color: var(--soft);
  }
  dd {
    margin: 0;
    text-align: right;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  dl.long dd {
    text-align: left;
  }
  dd small {
    display: block;
    color: var(--soft);
  }
  ul.plain {
    margin: 0.6rem 0 0;
    padding: 0;
    list-style: none;
  }
  .well {
    --level-ground: var(--well-ground);
    --level-ink: var(--well-ink);
    --level-line: var(--well-line);
  }
  .note {
    --level-ground: var(--note-ground);
    --level-ink: var(--note-ink);
    --level-line: var(--note-line);
  }
  .watch {
    --level-ground: var(--watch-ground);
    --level-ink: var(--watch-ink);
    --level-line: var(--watch-line);
  }
  .act {
    --level-ground: var(--act-ground);
    --level-ink: var(--act-ink);
    --level-line: var(--act-line);
  }
  .mark {
    flex: none;
    width: 1.25em;
    height: 1.25em;
    fill: var(--level-line);
    vertical-align: -0.25em;
  }
  .state {
    display: flex;
    align-items: center;
    gap: 0.45rem;
    margin: 0.35rem 0 0;
    font-size: 1.05rem;
    font-weight: 650;
    color: var(--level-ink);
  }
  .notice {
    margin: 0.8rem 0;
    padding: 0.7rem 0.9rem;
    border: 1px solid var(--level-line);
    border-left-width: 6px;
    border-radius: 8px;
    background: var(--level-ground);
    color: var(--level-ink);
    overflow-wrap: anywhere;
  }
  .notice p:first-child {
    margin-top: 0;
    font-weight: 650;
  }
  .notice p:last-child {
    margin-bottom: 0;
  }
  .notice code {
    background: rgb(255 255 255 / 60%);
  }
  .notice a {
    color: inherit;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.7rem;
    margin-top: 0.7rem;
  }
  .row.apart {
    justify-content: space-between;
  }
  button {
    min-height: 2.3rem;
    padding: 0.3rem 0.9rem;
    border: 1px solid #7b8794;
    border-radius: 7px;
    background: #fff;
  }
  button:hover:enabled {
    background: #f1f5f7;
  }
  button.main:enabled {
    border-color: var(--accent);
    background: var(--accent);
    color: #fff;
    font-weight: 600;
  }
  button.main:enabled:hover {
    background: var(--brand);
  }
  button.danger:enabled {
    border-color: var(--act-line);
    color: var(--act-line);
  }
  button.danger.main:enabled {
    background: var(--act-line);
    color: #fff;
  }
  button:disabled {
    border-color: #cbd2d9;
    background: #eef1f3;
    color: #6b7280;
    font-weight: 400;
    cursor: default;
  }
  form {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
    gap: 0.7rem 0.9rem;
    align-items: end;
    margin-top: 0.7rem;
  }
  form > .row,
  form > .whole {
    grid-column: 1 / -1;
    margin-top: 0;
  }
  label {
    display: block;
    min-width: 0;
    font-size: 0.85rem;
    color: var(--soft);
  }
  input,
  select,
  textarea {
    display: block;
    width: 100%;
    min-height: 2.4rem;
    margin-top: 0.2rem;
    padding: 0.35rem 0.6rem;
    border: 1px solid #7b8794;
    border-radius: 7px;
    background: #fff;
    color: var(--ink);
    font: inherit;
  }
  progress {
    width: 100%;
    height: 0.7rem;
    accent-color: var(--accent);
  }
  details {
    margin-top: 0.6rem;
  }
  summary {
    cursor: pointer;
    color: var(--accent);
  }
  pre {
    margin: 0.4rem 0 0;
    padding: 0.6rem 0.7rem;
    border-radius: 7px;
    background: #f3f6f8;
    color: var(--ink);
    font-size: 0.82rem;
    line-height: 1.45;
    overflow-x: auto;
  }
  .tag {
    display: inline-block;
    padding: 0.05rem 0.55rem;
    border: 1px solid var(--level-line, #7b8794);
    border-radius: 99px;
    background: var(--level-ground, none);
    color: var(--level-ink, var(--soft));
    font-size: 0.8rem;
    white-space: nowrap;
  }
`;
