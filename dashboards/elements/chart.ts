import { css, html, LitElement, type PropertyValues, unsafeCSS } from 'lit';
import uPlot from 'uplot';
import chartStyles from 'uplot/dist/uPlot.min.css?inline';
import type { CityStream } from '../data/index.ts';
import type { Series } from '../state/index.ts';
import type { Locale } from '../text/index.ts';

/** `<sp-chart>`: one Datastream over time. A boolean is drawn in steps with its words on the axis. */
export class SpChart extends LitElement {
  static override styles = [
    unsafeCSS(chartStyles),
    css`
      :host {
        display: block;
        min-height: 12rem;
        font-size: 0.8rem;
      }
      .u-legend {
        text-align: left;
        font-size: 0.8rem;
        font-variant-numeric: tabular-nums;
      }
      .u-legend .u-marker {
        display: none;
      }
    `,
  ];
  static override properties = {
    series: { attribute: false },
    stream: { attribute: false },
    locale: { attribute: false },
    from: { attribute: false },
    colour: { attribute: false },
    share: { attribute: false },
  };

  declare series: Series;
  declare stream: CityStream;
  declare locale: Locale;
  /** Left end of the axis, milliseconds since 1970. */
  declare from: number;
  declare colour: string;
  /** The values are shares of time for which a state held. */
  declare share: boolean;

  #plot: uPlot | null = null;
  #resize: ResizeObserver | null = null;

  override render() {
    const { times } = this.series;
    const [first, last] = [times[0], times.at(-1)];
    const { t, time, quantity } = this.locale;
    const range = first === undefined || last === undefined ? '' : t.chartRange(time(first * 1000), time(last * 1000));
    return html`<div id="plot" role="img" aria-label=${`${t.chartOf(quantity(this.stream))}. ${range}`}></div>`;
  }

  protected override firstUpdated(): void {
    this.#resize = new ResizeObserver(() => this.#plot?.setSize(this.#size()));
    this.#resize.observe(this);
  }

  protected override updated(changes: PropertyValues<this>): void {
    const other = changes.get('series')?.means?.span !== this.series.means?.span;
    const rebuild =
      other || changes.has('stream') || changes.has('locale') || changes.has('from') || changes.has('colour');
    const { times, values, means } = this.series;
    const data: uPlot.AlignedData =
      means === null || this.share ? [times, values] : [times, values, means.low, means.high];
    if (this.#plot === null || rebuild) {
      this.#plot?.destroy();
      const host = this.renderRoot.querySelector<HTMLElement>('#plot')!;
      this.#plot = new uPlot(this.#options(), data, host);
    } else {
      this.#plot.setData(data);
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize?.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(160, this.clientWidth), height: 170 };
  }

  #options(): uPlot.Options {
    const { locale, stream, colour, share } = this;
    const { means } = this.series;
    const boolean = this.#isBoolean();
    const said = (value: number | null) => {
      if (value === null) return '–';
      return share ? percent(value, locale.lang) : locale.value(stream, boolean ? value >= 0.5 : value);
    };
    const name = share ? locale.value(stream, true) : locale.quantity(stream);
    const kind = means === null ? '' : ` (${share ? locale.t.share : locale.t.means[means.span]})`;
    const edge = (label: string): uPlot.Series => ({
      label,
      width: 0,
      points: { show: false },
      value: (_, value) => said(value),
    });
    return {
      ...this.#size(),
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        // The window is the question; data that ends early must not stretch, nor a single value make years of it.
        x: { time: true, range: () => this.#window() },
        y: boolean || share ? { range: share ? [0, 1] : [-0.15, 1.15] } : { range: (_, min, max) => padded(min, max) },
      },
      series: [
        { label: locale.t.at, value: (_, seconds) => (seconds === null ? '–' : locale.time(seconds * 1000)) },
        {
          label: name + kind,
          stroke: colour,
          width: 1.75,
          ...(means === null ? { fill: `${colour}1f` } : {}),
          spanGaps: false,
          points: { show: !boolean && this.series.values.length < 40 },
          value: (_, value) => said(value),
          ...(boolean ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
        },
        ...(means === null || share ? [] : [edge(locale.t.low), edge(locale.t.high)]),
      ],
      ...(means === null || share ? {} : { bands: [{ series: [3, 2], fill: `${colour}26` }] }),
      axes: [
        {
          stroke: '#4b5563',
          grid: { stroke: '#e5e9ed', width: 1 },
          ticks: { stroke: '#c4ccd4', width: 1 },
          values: (_, splits, _axis, _space, step) => splits.map((seconds) => clock(seconds * 1000, step, locale.lang)),
        },
        {
          stroke: '#4b5563',
          size: boolean ? 62 : 52,
          grid: { stroke: '#e5e9ed', width: 1 },
          ticks: { stroke: '#c4ccd4', width: 1 },
          ...(boolean ? { splits: () => [0, 1] } : share ? { splits: () => [0, 0.5, 1] } : {}),
          values: (_, splits) => (boolean || share ? splits.map(said) : locale.axis(splits)),
        },
      ],
    };
  }

  #window(): [number, number] {
    const { times } = this.series;
    const from = this.from / 1000;
    return [Math.min(times[0] ?? from, from), Math.max(times.at(-1) ?? from, from)];
  }

  #isBoolean(): boolean {
    return this.series.truth;
  }
}

/** Some air above and below; a flat line gets a scale too. */
function padded(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  const air = max === min ? Math.max(1, Math.abs(max) * 0.1) : (max - min) * 0.08;
  return [min - air, max + air];
}

function percent(share: number, lang: string): string {
  return new Intl.NumberFormat(lang === 'de' ? 'de-DE' : 'en-GB', { style: 'percent' }).format(share);
}

function clock(at: number, step: number, lang: string): string {
  const tag = lang === 'de' ? 'de-DE' : 'en-GB';
  const date = new Date(at);
  if (step >= 20 * 86_400) return new Intl.DateTimeFormat(tag, { month: 'short' }).format(date);
  if (step >= 2 * 86_400) return new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short' }).format(date);
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  if (step >= 86_400 || midnight)
    return new Intl.DateTimeFormat(tag, { weekday: 'short', day: 'numeric' }).format(date);
  return new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' }).format(date);
}
