import type { Step } from "./step.ts";
import { errors } from "./steps/errors.ts";
import { failingTwice } from "./steps/failing-twice.ts";
import { generation } from "./steps/generation.ts";
import { killedInTheMiddle } from "./steps/killed-in-the-middle.ts";
import { languages } from "./steps/languages.ts";
import { lostAnswer } from "./steps/lost-answer.ts";
import { rateLimit } from "./steps/rate-limit.ts";
import { refusedKey } from "./steps/refused-key.ts";
import { webhookToVideo } from "./steps/webhook-to-video.ts";

/** The steps in order. `refusedKey` must stay the last. */
export const STEPS: readonly Step[] = [
  failingTwice,
  rateLimit,
  generation,
  lostAnswer,
  killedInTheMiddle,
  webhookToVideo,
  errors,
  languages,
  refusedKey,
];
