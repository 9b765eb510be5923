import { type Item, shelf } from "../world/world.ts";
import type { Call } from "./call.ts";
import { isFields, text } from "./fields.ts";
import { type Fields, GenError, invalid } from "./gen-error.ts";
import { itemOn } from "./lookup.ts";
import { created, noContent, ok, type Reply } from "./reply.ts";
import type { Routes } from "./route.ts";

export interface ShelfSpec {
  readonly path: string;
  readonly family: string;
  readonly verbs: readonly ("list" | "create" | "read" | "update" | "delete")[];
  /** Checks access; the fields that it returns are written into new items and select the items of a list. */
  readonly owner?: (call: Call) => Fields;
  /** The error code of its 404. */
  readonly missing?: string;
  /** A member without which creating and updating are refused; it must not be blank. */
  readonly needs?: string;
  readonly createFailed?: string;
  readonly updateFailed?: string;
  readonly createStatus?: number;
  readonly deleteStatus?: 200 | 204;
}

/** The routes to list, create, read, update and delete a family of items without behaviour of its own. */
export function shelfRoutes(spec: ShelfSpec): Routes {
  const { path, verbs } = spec;
  const all: [string, string, (call: Call) => Reply][] = [
    ["list", `GET ${path}`, (call) => list(call, spec)],
    ["create", `POST ${path}`, (call) => create(call, spec)],
    ["read", `GET ${path}/:id`, (call) => ok(target(call, spec))],
    ["update", `PATCH ${path}/:id`, (call) => update(call, spec)],
    ["update", `PUT ${path}/:id`, (call) => update(call, spec)],
    ["delete", `DELETE ${path}/:id`, (call) => remove(call, spec)],
  ];
  const wanted = all.filter(([verb]) => verbs.some((candidate) => candidate === verb));
  return Object.fromEntries(wanted.map(([, name, handler]) => [name, handler]));
}

function list(call: Call, { family, owner }: ShelfSpec): Reply {
  const mine = Object.entries(owner?.(call) ?? {});
  const items = [...shelf(call.sim.world, family).values()];
  return ok({ [family]: items.filter((item) => mine.every(([name, value]) => String(item[name]) === String(value))) });
}

function create(call: Call, spec: ShelfSpec): Reply {
  const given = spec.owner?.(call) ?? {};
  const item = addItem(call, spec.family, { ...fieldsFor(call, spec, spec.createFailed), ...given });
  return spec.createStatus === 200 ? ok(item) : created(item);
}

function update(call: Call, spec: ShelfSpec): Reply {
  const item = target(call, spec);
  const { id: _, ...fields } = innerFields(call.fields);
  if (spec.needs && spec.needs in fields && !text(fields[spec.needs])) throw refused(spec, spec.updateFailed);
  return ok(Object.assign(item, fields));
}

function remove(call: Call, spec: ShelfSpec): Reply {
  const item = target(call, spec);
  shelf(call.sim.world, spec.family).delete(String(item.id));
  return spec.deleteStatus === 204 ? noContent() : ok({ success: true });
}

function target(call: Call, { family, owner, missing }: ShelfSpec): Item {
  owner?.(call);
  return itemOn(call, family, call.params.id, missing);
}

export function addItem(call: Call, family: string, fields: Fields): Item {
  const { world, clock } = call.sim;
  const item: Item = { created_at: clock.iso(), ...fields, id: world.nextId() };
  shelf(world, family).set(String(item.id), item);
  return item;
}

function fieldsFor(call: Call, spec: ShelfSpec, failed: string | undefined): Fields {
  const fields = innerFields(call.fields);
  if (spec.needs && !fields[spec.needs]) throw refused(spec, failed);
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof File ? value.name : value]),
  );
}

/** The one object that wraps the others (`{"agent": {…}}`), else the body itself. */
export function innerFields(fields: Fields): Fields {
  const { agent_id: _, ...others } = fields;
  const [only, ...more] = Object.values(others);
  return more.length === 0 && isFields(only) && !(only instanceof File) ? only : fields;
}

function refused({ needs }: ShelfSpec, code: string | undefined): GenError {
  return code ? new GenError(422, code, `${needs} can't be blank`) : invalid(`${needs} is required`);
}
