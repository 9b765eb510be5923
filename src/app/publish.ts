/** Publishes a video and reports the outcome on each platform. */
import * as v from "valibot";
import type { Run } from "../pipelines/run.ts";
import { Id } from "./sheet.ts";

export const PostRequest = v.object({
  /** tiktok, instagram, facebook, youtube, x, linkedin. */
  platforms: v.pipe(v.array(v.string()), v.minLength(1)),
  title: v.optional(v.string()),
  description: v.optional(v.string()),
  schedule_type: v.optional(v.picklist(["now", "specific_time", "next_available"]), "now"),
  /** ISO 8601, for `specific_time`. */
  scheduled_time: v.optional(v.string()),
});

const Created = v.object({ post_id: Id, status_url: v.nullish(v.string()) });

/**
 * GEN documents the values of `normalized_status` but not its place in the answer. If it is not found here, it is not
 * waited for.
 */
const Post = v.object({
  platforms: v.fallback(
    v.array(v.object({ platform: v.string(), normalized_status: v.string(), error_code: v.nullish(v.string()) })),
    [],
  ),
});

/** About six minutes in total, at growing intervals. */
const MAX_POLLS = 20;
const POLL_MS = 2_000;
const MAX_POLL_MS = 30_000;

interface Published {
  readonly post_id: string;
  readonly status_url: string | null;
  /** As known when the run ended; empty for a scheduled post. */
  readonly platforms: v.InferOutput<typeof Post>["platforms"];
}

/**
 * A platform that does not accept the video fails the step, and nothing is posted anywhere. A platform that fails later
 * is in the result.
 */
export async function publish(
  run: Run<unknown>,
  { platforms: platform, ...texts }: v.InferOutput<typeof PostRequest>,
  { agent_id, url }: { agent_id: string; url: string },
): Promise<Published> {
  const body = { agent_id, platform, media_url: url, strict: true, ...texts };
  const { post_id, status_url } = await run.call("publish", "posts.create", { params: {}, body, answer: Created });
  const platforms =
    texts.schedule_type !== "now"
      ? []
      : await run.step("follow the post", async ({ read, attempt, later }) => {
          const { platforms: now } = await read("posts.get", { params: { post: post_id }, answer: Post });
          const isOpen = now.some(({ normalized_status }) => !/^(published|failed)$/.test(normalized_status));
          if (isOpen && attempt < MAX_POLLS) throw later(Math.min(POLL_MS * attempt, MAX_POLL_MS));
          return now;
        });
  const published = { post_id, status_url: status_url ?? null, platforms };
  await run.notify("published", { url, ...published });
  return published;
}
