/** Signs of the map, painted here: symbols of a base map's sprite or glyphs from a server are not always there. */

/** A rounded label: a coloured block with the domain's letter or a gauge, then the value in dark on white. */
export interface PillSign {
  readonly kind: 'pill';
  readonly colour: string;
  /** One letter, so that a domain is known without its colour. */
  readonly letter: string;
  readonly text: string;
  /** 0–1: how full the block is painted; null: no gauge. */
  readonly gauge: number | null;
  /** With a frame around it. */
  readonly selected?: boolean;
}

/** A parking bay. */
export interface BaySign {
  readonly kind: 'bay';
  readonly colour: string;
  readonly state: 'free' | 'occupied' | 'unknown';
}

/** A name without a ground; with a light rim, so that it is read on any. */
export interface NameSign {
  readonly kind: 'town' | 'place';
  readonly text: string;
}

export type Sign = PillSign | BaySign | NameSign;

/** The same sign has the same name. */
export function signName(sign: Sign): string {
  if (sign.kind === 'bay') return `bay|${sign.state}|${sign.colour}`;
  if (sign.kind !== 'pill') return `${sign.kind}|${sign.text}`;
  const gauge = sign.gauge === null ? '' : Math.round(sign.gauge * 20);
  return `pill|${sign.colour}|${sign.letter}|${gauge}|${sign.selected ? 'selected' : ''}|${sign.text}`;
}

/** Device pixels per CSS pixel of a painted sign. */
export const SIGN_RATIO = 2;

export function paint(sign: Sign): ImageData {
  if (sign.kind === 'bay') return paintBay(sign);
  return sign.kind === 'pill' ? paintPill(sign) : paintName(sign);
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const INK = '#111827';

function canvas(width: number, height: number): CanvasRenderingContext2D {
  const element = document.createElement('canvas');
  element.width = Math.ceil(width * SIGN_RATIO);
  element.height = Math.ceil(height * SIGN_RATIO);
  const context = element.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no 2D canvas');
  context.scale(SIGN_RATIO, SIGN_RATIO);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  return context;
}

function image(context: CanvasRenderingContext2D): ImageData {
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height);
}

function paintBay({ colour, state }: BaySign): ImageData {
  const size = 24;
  const c = canvas(size, size);
  c.beginPath();
  // Free is round, occupied is square: the shape alone tells them apart.
  if (state === 'free') c.arc(size / 2, size / 2, 10, 0, 2 * Math.PI);
  else c.roundRect(2.5, 2.5, size - 5, size - 5, 3);
  c.fillStyle = state === 'unknown' ? '#ffffff' : colour;
  c.fill();
  c.lineWidth = 2;
  c.strokeStyle = state === 'unknown' ? colour : '#ffffff';
  if (state === 'unknown') c.setLineDash([3, 2]);
  c.stroke();
  c.setLineDash([]);
  c.fillStyle = state === 'unknown' ? colour : '#ffffff';
  c.font = `700 14px ${FONT}`;
  if (state === 'occupied') cross(c, size / 2, 4);
  else c.fillText(state === 'free' ? 'P' : '?', size / 2, size / 2 + 1);
  return image(c);
}

function cross(c: CanvasRenderingContext2D, middle: number, reach: number): void {
  c.beginPath();
  for (const sign of [1, -1]) {
    c.moveTo(middle - reach, middle - sign * reach);
    c.lineTo(middle + reach, middle + sign * reach);
  }
  c.strokeStyle = '#ffffff';
  c.lineWidth = 2.5;
  c.lineCap = 'round';
  c.stroke();
}

function paintPill({ colour, letter, text, gauge, selected }: PillSign): ImageData {
  const height = 24;
  const block = 20;
  const font = `600 12.5px ${FONT}`;
  const measure = canvas(1, 1);
  measure.font = font;
  const width = block + (text === '' ? 2 : measure.measureText(text).width + 13);
  const rim = selected ? 7 : 2;
  const c = canvas(width + 2 * rim, height + 2 * rim);
  c.translate(rim, rim);
  if (selected) paintFrame(c, width, height);
  c.shadowColor = 'rgba(15, 23, 42, 0.35)';
  c.shadowBlur = 3;
  c.shadowOffsetY = 1;
  const outline = new Path2D();
  outline.roundRect(1, 1, width - 2, height - 2, 7);
  c.fillStyle = '#ffffff';
  c.fill(outline);
  c.shadowColor = 'transparent';
  c.save();
  c.clip(outline);
  if (gauge === null) {
    c.fillStyle = colour;
    c.fillRect(0, 0, block, height);
    paintGlyph(c, letter, block / 2 + 0.5, height / 2);
  } else {
    paintGauge(c, colour, gauge, block, height);
  }
  c.restore();
  c.lineWidth = 1.75;
  c.strokeStyle = colour;
  c.stroke(outline);
  c.fillStyle = INK;
  c.font = font;
  if (text !== '') c.fillText(text, block + (width - block) / 2 - 0.5, height / 2 + 1);
  return image(c);
}

/** Around the sign, with light between, so that nothing of the value is covered. */
function paintFrame(c: CanvasRenderingContext2D, width: number, height: number): void {
  const frame = new Path2D();
  frame.roundRect(-4, -4, width + 8, height + 8, 11);
  c.fillStyle = '#ffffff';
  c.fill(frame);
  c.lineWidth = 3;
  c.strokeStyle = INK;
  c.stroke(frame);
}

/** A container, filled from below. */
function paintGauge(c: CanvasRenderingContext2D, colour: string, gauge: number, block: number, height: number): void {
  const [left, top, width, deep] = [5, 5, block - 8, height - 10];
  const fill = Math.max(0, Math.min(1, gauge)) * deep;
  c.fillStyle = colour;
  c.fillRect(left, top + deep - fill, width, fill);
  c.strokeStyle = colour;
  c.lineWidth = 1.5;
  c.strokeRect(left, top, width, deep);
  c.beginPath();
  c.moveTo(left - 1.5, top - 1);
  c.lineTo(left + width + 1.5, top - 1);
  c.stroke();
}

/** The domain's sign in white: a wave, a thermometer, or a letter. */
function paintGlyph(c: CanvasRenderingContext2D, letter: string, x: number, y: number): void {
  c.fillStyle = '#ffffff';
  c.strokeStyle = '#ffffff';
  c.lineCap = 'round';
  c.beginPath();
  if (letter === '≈') {
    for (const dy of [-3, 2.5]) {
      c.moveTo(x - 5.5, y + dy);
      c.bezierCurveTo(x - 2.5, y + dy - 4, x - 1.5, y + dy + 4, x + 1, y + dy);
      c.bezierCurveTo(x + 2.5, y + dy - 2.5, x + 4, y + dy - 1, x + 5, y + dy);
    }
    c.lineWidth = 1.8;
    c.stroke();
  } else if (letter === '°') {
    c.moveTo(x, y - 5.5);
    c.lineTo(x, y + 4);
    c.lineWidth = 3;
    c.stroke();
    c.beginPath();
    c.arc(x, y + 4.5, 3.2, 0, 2 * Math.PI);
    c.fill();
  } else {
    c.font = `700 12.5px ${FONT}`;
    c.fillText(letter, x, y + 1);
  }
}

function paintName({ kind, text }: NameSign): ImageData {
  const size = kind === 'town' ? 20 : 12;
  const font = `${kind === 'town' ? 700 : 500} ${size}px ${FONT}`;
  const measure = canvas(1, 1);
  measure.font = font;
  const rim = 3;
  const c = canvas(measure.measureText(text).width + 2 * rim, size * 1.35);
  c.font = font;
  c.lineJoin = 'round';
  c.lineWidth = rim;
  c.strokeStyle = 'rgba(255, 255, 255, 0.9)';
  c.fillStyle = kind === 'town' ? '#1e293b' : '#3b4a5a';
  const [x, y] = [c.canvas.width / SIGN_RATIO / 2, c.canvas.height / SIGN_RATIO / 2 + 0.5];
  c.strokeText(text, x, y);
  c.fillText(text, x, y);
  return image(c);
}
