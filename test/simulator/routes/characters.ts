import type { Call, Commit } from "../gen/call.ts";
import { confirm } from "../gen/confirm.ts";
import { text } from "../gen/fields.ts";
import { GenError, invalid } from "../gen/gen-error.ts";
import { CHARACTER } from "../gen/key-rules.ts";
import { itemOn, namedAgent, pathAgent } from "../gen/lookup.ts";
import { created, ok, type Reply } from "../gen/reply.ts";
import { keyed, type Routes } from "../gen/route.ts";
import { addItem, innerFields, shelfRoutes } from "../gen/shelf-routes.ts";
import { type Item, shelf } from "../world/world.ts";

type Family = "characters" | "looks" | "talking_characters";

const NAMES: Record<Family, string> = {
  characters: "character",
  looks: "look",
  talking_characters: "talking_character",
};

/**
 * The characters of an agent, also under `/avatars` with the former names in the errors. The profile photos of an agent
 * are other routes.
 */
export const characterRoutes: Routes = {
  "GET /characters": ({ sim }) => ok({ characters: [...shelf(sim.world, "characters").values()] }),
  "POST /characters": keyed(CHARACTER, createCharacter),
  ...family("/characters/:id", "characters", ["GET", "PATCH", "DELETE"]),
  "POST /characters/:id/copy": (call) => ok(addItem(call, "characters", { ...itemOf(call, "characters", "id") })),
  "POST /characters/:id/looks": (call) => addPart(call, "looks"),
  ...family("/characters/:id/looks/:part", "looks", ["PATCH", "DELETE"]),
  "POST /characters/:id/talking_characters": (call) => addPart(call, "talking_characters"),
  ...family("/characters/:id/talking_characters/:part", "talking_characters", ["GET", "PATCH", "DELETE"]),
  ...shelfRoutes({
    path: "/agents/:agent/avatars",
    family: "agent_avatars",
    verbs: ["list", "create", "update", "delete"],
    owner: (call) => ({ agent_id: pathAgent(call).id }),
    needs: "file",
    createFailed: "avatar_creation_failed",
    updateFailed: "avatar_update_failed",
    missing: "avatar_not_found",
  }),
};

function family(path: string, name: Family, methods: readonly ("GET" | "PATCH" | "DELETE")[]): Routes {
  const param = name === "characters" ? "id" : "part";
  const handlers = {
    GET: (call: Call) => ok(itemOf(call, name, param)),
    PATCH: (call: Call) => updateItem(call, itemOf(call, name, param)),
    DELETE: (call: Call) => deleteItem(call, name, itemOf(call, name, param)),
  };
  return Object.fromEntries(methods.map((method) => [`${method} ${path}`, handlers[method]]));
}

function itemOf(call: Call, name: Family, param: "id" | "part"): Item {
  if (param === "part") itemOf(call, "characters", "id");
  return itemOn(
    call,
    name,
    call.params[param],
    `${call.legacy ? NAMES[name].replace("character", "avatar").replace("look", "avatar_look") : NAMES[name]}_not_found`,
  );
}

function createCharacter(call: Call): Commit {
  const agent = namedAgent(call);
  const fields = innerFields(call.fields);
  if (!text(fields.name))
    throw call.legacy
      ? new GenError(422, "avatar_creation_failed", "Name can't be blank")
      : invalid("name is required");
  return () => created(addItem(call, "characters", { name: fields.name, agent_id: agent.id }));
}

function addPart(call: Call, name: Family): Reply {
  const character = itemOf(call, "characters", "id");
  return ok(addItem(call, name, { ...innerFields(call.fields), character_id: character.id }));
}

function updateItem(call: Call, item: Item): Reply {
  const { id: _, ...fields } = innerFields(call.fields);
  if ("name" in fields && !text(fields.name))
    throw call.legacy
      ? new GenError(422, "avatar_update_failed", "Name can't be blank")
      : invalid("name can't be blank");
  return ok(Object.assign(item, fields));
}

function deleteItem(call: Call, name: Family, item: Item): Reply {
  confirm(call, {
    operation: `${NAMES[name]}.delete`,
    target: `${name} ${item.id}`,
    agentId: item.agent_id,
    content: item,
  });
  shelf(call.sim.world, name).delete(String(item.id));
  return ok({ success: true });
}
