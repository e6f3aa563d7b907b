/**
 * Finds the pieces that the store refuses, by halves: the others are stored. One row or edit must not keep all others from it.
 */
import { faultOf } from './faults.ts';

export interface CarefulPorts<Piece> {
  /** Rejects where the store refuses it. Doing a piece again changes nothing. */
  run(piece: Piece): Promise<void>;
  /** Two parts in their order; null: it is a single one. */
  halves(piece: Piece): readonly [Piece, Piece] | null;
  /** Does the store take what it took before? Then it is the pieces. */
  probe(): Promise<boolean>;
}

export interface RefusedPiece<Piece> {
  readonly piece: Piece;
  readonly detail: string;
}

/** Defects in a row without anything that works: it is the store. */
const MOST_DEFECTS = 64;

/** In order. Rejects where it is the store that fails: then nothing is said of the pieces. */
export async function carefully<Piece>(
  piece: Piece,
  { run, halves, probe }: CarefulPorts<Piece>,
): Promise<RefusedPiece<Piece>[]> {
  const refused: RefusedPiece<Piece>[] = [];
  let worked = false;
  let defects = 0;
  /** The first single piece that failed of a defect; null: none. */
  let doubtful: { readonly error: unknown } | null = null;
  const visit = async (part: Piece): Promise<void> => {
    try {
      await run(part);
      worked = true;
      return;
    } catch (error) {
      const fault = faultOf(error);
      if (fault === 'store' || fault === 'mend') throw error;
      if (fault === 'unknown' && !worked && ++defects > MOST_DEFECTS) throw error;
      const parts = halves(part);
      if (parts === null) {
        if (fault === 'unknown') doubtful ??= { error };
        refused.push({ piece: part, detail: error instanceof Error ? error.message : String(error) });
        return;
      }
      await visit(parts[0]);
      await visit(parts[1]);
    }
  };
  await visit(piece);
  const doubt = doubtful as { readonly error: unknown } | null;
  if (doubt !== null && !worked && !(await probe())) throw doubt.error;
  return refused;
}
