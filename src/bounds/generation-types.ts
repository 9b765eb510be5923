/**
 * How GEN charges for each generation type. The list is closed: a bound can't hold for a type whose rules are unknown.
 * Source: the generation types and their `data` in GEN's reference of October 2026.
 */
interface GenerationTraits {
  /**
   * `named`: the request gives it as `data.duration`. `own`: it follows from the inputs, whatever the request says.
   * `none`: the type has no duration.
   */
  readonly length: "named" | "own" | "none";
  /** Whether `data.model` selects a model. */
  readonly model: boolean;
  /** Whether GEN's estimate covers it. A `render` has no `data` to estimate from. */
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

/** Null for an unknown type: a policy must list it by name to allow it. */
export function findTraits(type: string): GenerationTraits | null {
  return BY_TYPE.get(type) ?? null;
}
