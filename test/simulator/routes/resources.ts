import type { Call } from "../gen/call.ts";
import { GenError, invalid } from "../gen/gen-error.ts";
import { itemOn } from "../gen/lookup.ts";
import { created, ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { addItem, shelfRoutes } from "../gen/shelf-routes.ts";
import { shelf } from "../world/world.ts";

const MAX_DIRECT_BYTES = 5 * 1024 ** 3;
const MEDIA = /^(image|video|audio)\/|^application\/octet-stream/;

export const resourceRoutes: Routes = {
  ...shelfRoutes({ path: "/content_resources", family: "content_resources", verbs: ["list", "update", "delete"] }),
  "POST /content_resources": upload,
  "GET /content_resources/:id": readResource,
  "POST /content_resources/from_url": (call) => {
    if (!URL.canParse(String(call.fields.url)))
      throw new GenError(422, "content_resource_creation_failed", "url is not a URL");
    return ok(addItem(call, "content_resources", { url: call.fields.url, object_type: "video" }));
  },
  "GET /asset_libraries": () => ok({ asset_libraries: [{ id: 1, name: "Stock" }] }),
  ...shelfRoutes({ path: "/asset_folders", family: "asset_folders", verbs: ["create", "update"], needs: "name" }),
  "DELETE /asset_folders/:id": removeFolder,
  "POST /direct_upload": directUpload,
};

/**
 * An upload of any size: the server counted its bytes and kept only the first 4 KiB, which hold the first part's
 * headers.
 */
function upload(call: Call): Reply {
  const { head, bytes, sha256 } = call.body;
  if (!call.header("content-type")?.startsWith("multipart/form-data"))
    throw new GenError(422, "invalid_content_type", "The body must be multipart/form-data");
  const name = /filename="([^"]*)"/.exec(head)?.[1];
  if (name === undefined) throw new GenError(422, "content_resource_creation_failed", "file is required");
  const type = /filename="[^"]*"\r\ncontent-type: *([^\r]+)/i.exec(head)?.[1] ?? "application/octet-stream";
  if (!MEDIA.test(type)) throw new GenError(422, "invalid_content_type", `${type} is not accepted`);
  const item = addItem(call, "content_resources", {
    name,
    content_type: type,
    received_bytes: bytes,
    received_sha256: sha256,
  });
  return created(Object.assign(item, { url: `https://cdn.gen-simulator.invalid/${item.id}` }));
}

/** `blob-<bytes>` is a simulated download of that many bytes. */
function readResource(call: Call): Reply {
  const bytes = /^blob-(\d+)$/.exec(call.params.id ?? "")?.[1];
  if (bytes === undefined) return ok(itemOn(call, "content_resources", call.params.id));
  return { status: 200, headers: { "content-type": "application/octet-stream" }, fillerBytes: Number(bytes) };
}

function removeFolder(call: Call): Reply {
  const folder = itemOn(call, "asset_folders", call.params.id);
  const resources = [...shelf(call.sim.world, "content_resources").values()];
  if (resources.some((resource) => String(resource.asset_folder_id) === String(folder.id))) {
    throw new GenError(422, "folder_removal_failed", "The folder is not empty");
  }
  shelf(call.sim.world, "asset_folders").delete(String(folder.id));
  return ok({ success: true });
}

function directUpload(call: Call): Reply {
  const { filename, byte_size, content_type } = {
    ...call.fields,
    ...(call.fields.blob as object | undefined),
  } as Record<string, unknown>;
  if (!filename) throw new GenError(422, "direct_upload_failed", "filename is required");
  if (byte_size !== undefined && !(Number(byte_size) >= 0)) throw invalid("byte_size must be a number");
  if (Number(byte_size) > MAX_DIRECT_BYTES)
    throw new GenError(422, "file_size_exceeded", "The file is larger than 5 GiB");
  if (content_type !== undefined && !MEDIA.test(String(content_type)))
    throw new GenError(422, "invalid_content_type", `${content_type} is not accepted`);
  const id = call.sim.world.nextId();
  return ok({
    signed_id: `signed-${id}`,
    direct_upload: { url: `https://uploads.gen-simulator.invalid/${id}`, headers: {} },
  });
}
