import { css, html, LitElement, type PropertyValues, unsafeCSS } from 'lit';
import uPlot from 'uplot';
import chartStyles from 'uplot/dist/uPlot.min.css?inline';
import type { Trend } from '../state/index.ts';
import type { Speech } from '../text/index.ts';

const HEIGHT = 150;
/** Records between two lines. */
const INCREMENTS = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power));
/** Seconds; the hub remembers as much. */
const WINDOW = 900;

/** `<sp-backlog>`: what the store has lacked over the last minutes. */
export class SpBacklog extends LitElement {
  static override styles = [
    unsafeCSS(chartStyles),
    css`
      :host {
        display: block;
        min-height: 150px;
        font-size: 0.8rem;
      }
    `,
  ];
  static override properties = { trend: { attribute: false }, speech: { attribute: false } };

  declare trend: Trend;
  declare speech: Speech;
  #plot: uPlot | null = null;
  #resize: ResizeObserver | null = null;

  override render() {
    const { t, number } = this.speech;
    const { behind } = this.trend;
    const words = t.overview.chartNow(number(behind.at(-1) ?? 0), number(Math.max(0, ...behind)));
    return html`<div id="plot" role="img" aria-label=${`${t.overview.chart}. ${words}`}></div>`;
  }

  protected override firstUpdated(): void {
    this.#resize = new ResizeObserver(() => this.#plot?.setSize(this.#size()));
    this.#resize.observe(this);
  }

  protected override updated(changes: PropertyValues<this>): void {
    const data: uPlot.AlignedData = [this.trend.times, this.trend.behind];
    if (this.#plot !== null && !changes.has('speech')) {
      this.#plot.setData(data);
      return;
    }
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#options(), data, this.renderRoot.querySelector<HTMLElement>('#plot')!);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize?.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(160, this.clientWidth), height: HEIGHT };
  }

  #options(): uPlot.Options {
    const tag = this.speech.lang === 'de' ? 'de-DE' : 'en-GB';
    const clock = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' });
    const compact = new Intl.NumberFormat(tag, { notation: 'compact' });
    const lines = { stroke: '#4b5563', grid: { stroke: '#e5e9ed', width: 1 }, ticks: { stroke: '#c4ccd4', width: 1 } };
    return {
      ...this.#size(),
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        // always the same quarter of an hour, so that a short backlog looks short
        x: { time: true, range: (_, __, last) => [(last ?? 0) - WINDOW, last ?? 0] },
        // an empty backlog lies on the ground instead of filling the picture
        y: { range: (_, __, most) => [0, Math.max(10, (most ?? 0) * 1.1)] },
      },
      series: [{}, { stroke: '#0b6377', width: 2, fill: '#0b637726', points: { show: false } }],
      axes: [
        {
          ...lines,
          size: 28,
          space: 60,
          incrs: [60, 120, 300, 600],
          values: (_, splits) => splits.map((seconds) => clock.format(seconds * 1000)),
        },
        {
          ...lines,
          size: 52,
          space: 28,
          incrs: INCREMENTS,
          values: (_, splits) => splits.map((value) => compact.format(value)),
        },
      ],
    };
  }
}
