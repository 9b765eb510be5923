/**
 * What GEN charges for, by the type of a generation: closed, because a bound that meets what it does not know bounds
 * nothing. Source: the generation types and their `data` in GEN's reference of October 2026.
 */
interface GenerationTraits {
  /**
   * `named`: the request says it in `data.duration`. `own`: it follows from what is put in, whatever a request names.
   * `none`: there is no such thing.
   */
  readonly length: "named" | "own" | "none";
  /** Whether `data.model` chooses one. */
  readonly model: boolean;
  /** Whether GEN's estimate says its price. A rendering has no `data` to be priced by. */
  readonly price: boolean;
}

const FILM = { length: "named", model: true, price: true } as const;
const STILL = { length: "none", model: true, price: true } as const;
const DERIVED = { length: "own", model: false, price: true } as const;

const GENERATION_TYPES = {
  text: STILL,
  image_from_text: STILL,
  video_from_text: FILM,
  video_from_image: FILM,
  video_from_ingredients: FILM,
  song: FILM,
  speech_from_text: DERIVED,
  lipsync: DERIVED,
  captions: DERIVED,
  transcription: DERIVED,
  media: { length: "none", model: false, price: true },
  render: { length: "own", model: false, price: false },
} as const satisfies Readonly<Record<string, GenerationTraits>>;

const BY_TYPE: ReadonlyMap<string, GenerationTraits> = new Map(Object.entries(GENERATION_TYPES));

export const KNOWN_TYPES: readonly string[] = [...BY_TYPE.keys()];

/** Null for a type that is not known: a policy must list it by its name. */
export function findTraits(type: string): GenerationTraits | null {
  return BY_TYPE.get(type) ?? null;
}
