import type { Call, Commit } from "../gen/call.ts";
import { organizationOf } from "../gen/credits.ts";
import { type Fields, GenError, invalid } from "../gen/gen-error.ts";
import { POST } from "../gen/key-rules.ts";
import { itemOn, namedAgent } from "../gen/lookup.ts";
import { ok, type Reply } from "../gen/reply.ts";
import { keyed, open, type Routes } from "../gen/route.ts";
import { addItem } from "../gen/shelf-routes.ts";
import { type Item, shelf } from "../world/world.ts";

const PLATFORMS = ["tiktok", "instagram", "facebook", "youtube", "x", "linkedin"];
const SIXTY_DAYS_MS = 60 * 24 * 60 * 60 * 1_000;

/** Publishing, on api (behind `/v1`) and on python (without it). */
export const publishingRoutes: Routes = {
  "POST /schedule/with-post": keyed(POST, createPost),
  "GET /schedule/posts": listPosts,
  "GET /schedule/post/:id": (call) => ok(postView(call, itemOn(call, "posts", call.params.id))),
  "PATCH /schedule/post/:id": (call) => editPost(call, false),
  "DELETE /schedule/post/:id": (call) => deletePost(call, false),
  "PATCH /schedule/post/:id/published": (call) => editPost(call, true),
  "DELETE /schedule/post/:id/published": (call) => deletePost(call, true),
  "GET /schedule/platforms": open(() => ok({ platforms: PLATFORMS })),
  "POST /social/upload_asset": (call) =>
    ok({ asset_id: call.sim.world.nextId(), media_url: "https://cdn.gen-simulator.invalid/asset.mp4" }),
};

/** A route of python only. Its answer holds secrets and must never be forwarded. */
export const platformRoutes: Routes = {
  "POST /platform/get_authorization_url": () =>
    ok({ authorization_url: "https://social.gen-simulator.invalid/authorize" }),
  "POST /platform/get_oauth_account": () => ok({ access_token: "simulated-social-network-token", platform: "tiktok" }),
  "PUT /platform/disconnect/:platform": () => ok({ success: true }),
};

function createPost(call: Call): Commit {
  const agent = namedAgent(call);
  if (organizationOf(call.sim, agent).generic <= 0)
    throw new GenError(422, "no_active_credit_purchase", "Publishing needs an active credit purchase");
  const { fields } = call;
  const platforms = Array.isArray(fields.platform) ? fields.platform.map(String) : [];
  if (platforms.length === 0) throw invalid("platform must be a list", { field: "platform" });
  if (!["now", "specific_time", "next_available"].includes(String(fields.schedule_type)))
    throw invalid("schedule_type is not known", { field: "schedule_type" });
  const unfit = platforms.flatMap((platform) => unfitness(platform, fields));
  const [first] = unfit;
  if (first && (fields.strict === true || unfit.length === platforms.length)) {
    throw new GenError(422, first.code, first.error, { platform: first.platform, field: first.field, errors: unfit });
  }
  const fit = platforms.filter((platform) => !unfit.some((one) => one.platform === platform));
  return () => {
    const post = addItem(call, "posts", { ...fields, agent_id: agent.id, platforms: fit, due: dueOf(call, fields) });
    return ok({
      post_id: post.id,
      platforms_status: Object.fromEntries(fit.map((platform) => [platform, "accepted"])),
      platforms_skipped: unfit.map(({ platform, error }) => ({ platform, reason: error })),
      status_url: `/v1/schedule/post/${post.id}`,
      idempotent_replay: false,
    });
  };
}

interface Unfit {
  readonly platform: string;
  readonly field: string;
  readonly code: string;
  readonly error: string;
}

/** Videos need media on every platform; TikTok lets an unaudited app post only for the owner. */
function unfitness(platform: string, { media_url, media_urls, privacy_level }: Fields): Unfit[] {
  const failed = "platform_validation_failed";
  if (!PLATFORMS.includes(platform)) return [{ platform, field: "platform", code: failed, error: "Unknown platform" }];
  const isText = platform === "x" || platform === "linkedin" || platform === "facebook";
  if (!isText && !media_url && !media_urls)
    return [{ platform, field: "media_url", code: failed, error: "Media is required" }];
  if (platform !== "tiktok" || privacy_level === undefined || privacy_level === "SELF_ONLY") return [];
  return [
    { platform, field: "privacy_level", code: "tiktok_private_only", error: "This account can only post privately" },
  ];
}

function dueOf(call: Call, { schedule_type, scheduled_time }: Fields): number {
  return schedule_type === "now"
    ? call.sim.clock.now()
    : Date.parse(String(scheduled_time ?? "")) || call.sim.clock.now() + 3_600_000;
}

/** Moves a post by the clock: `accepted → publishing → published`. */
function statusOf({ sim }: Call, post: Item): string {
  const { pendingMs, processingMs } = sim.settings.generationMs.job;
  const sinceMs = sim.clock.now() - Number(post.due);
  if (sinceMs < pendingMs) return "accepted";
  return sinceMs < pendingMs + processingMs ? "publishing" : "published";
}

function postView(call: Call, post: Item): Fields {
  const status = statusOf(call, post);
  const platforms = (post.platforms as string[]).map((platform) => ({
    platform,
    normalized_status: status,
    error_code: null,
    failed_step: null,
  }));
  return {
    post_id: post.id,
    agent_id: post.agent_id,
    title: post.title ?? null,
    description: post.description ?? null,
    platforms,
  };
}

function listPosts(call: Call): Reply {
  const agent = namedAgent(call);
  const from = call.sim.clock.now() - SIXTY_DAYS_MS;
  const posts = [...shelf(call.sim.world, "posts").values()].filter(
    (post) => String(post.agent_id) === String(agent.id) && Number(post.due) > from,
  );
  return ok({ posts: posts.map((post) => postView(call, post)) });
}

function postFor(call: Call, published: boolean): Item {
  const post = itemOn(call, "posts", call.params.id);
  if (published && statusOf(call, post) !== "published")
    throw new GenError(422, "post_not_published", "The post is not published");
  return post;
}

function editPost(call: Call, published: boolean): Reply {
  const { id: _, agent_id: __, platforms: ___, ...fields } = call.fields;
  return ok(postView(call, Object.assign(postFor(call, published), fields)));
}

function deletePost(call: Call, published: boolean): Reply {
  shelf(call.sim.world, "posts").delete(String(postFor(call, published).id));
  return ok({ success: true });
}
