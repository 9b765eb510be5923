import type { Kind } from "../settings.ts";

type Data = Record<string, unknown>;

interface GenerationType {
  readonly kind: Kind;
  readonly credits: (data: Data) => number;
  /** Members of `data`, of which at least one is required. */
  readonly needs: readonly string[];
}

const video = (data: Data): number => 60 * (Number(data.duration) || 10);

/** The generation types of `gen-api.md`. A ten-second video is 600 credits, a text 1 to 8. */
export const GENERATION_TYPES: Readonly<Record<string, GenerationType>> = {
  text: { kind: "text", credits: textCredits, needs: ["prompt"] },
  image_from_text: { kind: "image", credits: () => 20, needs: ["prompt"] },
  video_from_text: { kind: "video", credits: video, needs: ["prompt"] },
  video_from_image: { kind: "video", credits: video, needs: ["image_resource_id", "prompt"] },
  video_from_ingredients: { kind: "video", credits: video, needs: ["prompt"] },
  speech_from_text: { kind: "audio", credits: () => 10, needs: ["text", "script"] },
  lipsync: { kind: "video", credits: () => 300, needs: ["talking_avatar_video_data", "video_resource_id"] },
  captions: { kind: "video", credits: () => 15, needs: [] },
  transcription: { kind: "audio", credits: () => 5, needs: ["audio", "video", "content_resource_id"] },
  song: { kind: "audio", credits: () => 40, needs: ["prompt"] },
  media: { kind: "image", credits: () => 0, needs: [] },
};

export const PRICES = {
  render: 50,
  ideas: 80,
  research: 35,
  analysis: 20,
  sample: 2,
  clone: 30,
  backup: 10,
  job: 5,
} as const;

function textCredits(data: Data): number {
  return Math.min(8, 1 + Math.floor(String(data.prompt ?? "").length / 100));
}
