import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Rules, Tile } from '../state/index.ts';
import { shared } from '../styles/index.ts';
import type { Locale } from '../text/index.ts';

/** `<sp-tiles>`: a town in a few numbers. Fires `sp-select` (detail: Thing id) for a tile that speaks of one Thing. */
export class SpTiles extends LitElement {
  static override styles = [
    shared,
    css`
      ul {
        display: flex;
        gap: 0.5rem;
        margin: 0;
        padding: 0.5rem 0.75rem;
        list-style: none;
        overflow-x: auto;
        scrollbar-width: thin;
      }
      li {
        flex: 1 0 10rem;
        min-width: 0;
        max-width: 20rem;
        display: flex;
      }
      .tile {
        flex: 1;
        min-width: 0;
        display: flex;
        flex-direction: column;
        align-items: stretch;
        padding: 0.45rem 0.75rem 0.5rem;
        text-align: left;
        background: var(--ground);
        border: 1px solid var(--line);
        border-left: 4px solid var(--tile, var(--accent));
        border-radius: 8px;
      }
      button.tile:hover {
        background: #f8fafc;
        border-color: #9aa5b1;
        border-left-color: var(--tile);
      }
      .head {
        display: block;
        font-size: 0.8rem;
        color: var(--soft);
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .main {
        white-space: nowrap;
      }
      .number {
        font-size: 1.45rem;
        font-weight: 650;
        line-height: 1.2;
        font-variant-numeric: tabular-nums;
      }
      .rest {
        font-size: 0.85rem;
        color: var(--soft);
      }
      .foot {
        display: block;
        font-size: 0.8rem;
        color: var(--soft);
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .parking { --tile: #2563eb; }
      .warm { --tile: #c2500a; }
      .cool { --tile: #2f6fb3; }
      .water { --tile: #0891b2; }
      .waste { --tile: #65803a; }
    `,
  ];
  static override properties = {
    tiles: { attribute: false },
    locale: { attribute: false },
    rules: { attribute: false },
  };

  declare tiles: readonly Tile[];
  declare locale: Locale;
  declare rules: Rules;

  constructor() {
    super();
    this.tiles = [];
  }

  override render() {
    if (this.tiles.length === 0) return nothing;
    return html`<ul aria-label=${this.locale.t.overview}>
      ${this.tiles.map((tile) => html`<li>${this.#tile(tile)}</li>`)}
    </ul>`;
  }

  #tile(tile: Tile): TemplateResult {
    const { t, number } = this.locale;
    const { tiles: words } = t;
    switch (tile.kind) {
      case 'freeBays':
        return plain(
          'parking',
          words.freeBays,
          number(tile.free),
          words.ofTotal(number(tile.total)),
          this.#unknown(tile),
        );
      case 'fullBins': {
        const head = words.fullBins(this.rules.fullFrom);
        return plain('waste', head, number(tile.full), words.ofTotal(number(tile.total)), this.#unknown(tile));
      }
      case 'warmest':
      case 'coolest': {
        const colour = tile.kind === 'warmest' ? 'warm' : 'cool';
        return this.#button(colour, words[tile.kind], this.locale.withUnit(tile.celsius, '°C'), '', tile.thing);
      }
      case 'level': {
        const level = this.locale.withUnit(tile.metres, 'm');
        if (tile.change === null) return this.#button('water', words.level, level, '', tile.thing);
        const head = words.levelChange(Math.round(this.rules.levelWindow / 3_600_000));
        const steady = Math.abs(tile.change) < this.rules.levelNoise;
        const sign = tile.change > 0 ? '+' : '−';
        const change = steady ? words.steady : `${sign}${this.locale.withUnit(Math.abs(tile.change) * 100, 'cm')}`;
        return this.#button('water', head, change, steady ? '' : level, tile.thing);
      }
    }
  }

  #unknown(tile: { unknown: number }): string {
    return tile.unknown > 0 ? this.locale.t.tiles.unknown(this.locale.number(tile.unknown)) : '';
  }

  #button(
    colour: string,
    head: string,
    value: string,
    rest: string,
    thing: { id: number; name: string },
  ): TemplateResult {
    const select = () => this.dispatchEvent(new CustomEvent('sp-select', { detail: thing.id }));
    return html`<button class="tile ${colour}" @click=${select}>${content(head, value, rest, thing.name)}</button>`;
  }
}

function plain(colour: string, head: string, value: string, rest: string, foot: string): TemplateResult {
  return html`<div class="tile ${colour}">${content(head, value, rest, foot)}</div>`;
}

function content(head: string, value: string, rest: string, foot: string): TemplateResult {
  return html`<span class="head" title=${head}>${head}</span>
    <span class="main"><span class="number">${value}</span> <span class="rest">${rest}</span></span>
    <span class="foot" title=${foot}>${foot || '\u00a0'}</span>`;
}
