import type { Id } from "./id.ts";
import type { Job } from "./job.ts";
import { type Sheet, startingSheet } from "./sheet.ts";

export type Role = "owner" | "manager" | "editor" | "none";

export interface Organization {
  readonly id: number;
  name: string;
  /** The credits that the API spends. */
  generic: number;
  aura: number;
  readonly role: Role;
  readonly transactions: Transaction[];
}

export interface Transaction {
  readonly id: number;
  readonly amount: number;
  readonly purpose: string;
  readonly is_incoming: boolean;
  readonly source: unknown;
  readonly created_at: string;
}

export interface Agent {
  readonly id: Id;
  readonly workspace_id: number;
  name: string;
  core: Record<string, unknown>;
  automation: { webhook_url: string | null; callback_url: string | null; polling_enabled: boolean };
  elevenLabsKey: string | null;
}

export type Item = { id: Id; [field: string]: unknown };

export interface World {
  readonly organizations: Map<string, Organization>;
  readonly agents: Map<string, Agent>;
  readonly sheets: Map<string, Sheet>;
  readonly jobs: Map<string, Job>;
  /** Items of families without behaviour of their own, by family name. */
  readonly shelves: Map<string, Map<string, Item>>;
  /** The next id, counted up for each thing that is made. */
  nextId(): number;
}

export const FIRST_ID = 9_000;

export function startingWorld(firstId = FIRST_ID): World {
  let last = firstId - 1;
  const world: World = {
    organizations: new Map(),
    agents: new Map(),
    sheets: new Map(),
    jobs: new Map(),
    shelves: new Map(),
    nextId: () => ++last,
  };
  addOrganization(world, { id: 7, name: "Simulated workspace", generic: 10_000, role: "owner" });
  addOrganization(world, { id: 8, name: "No credits", generic: 0, role: "owner" });
  addOrganization(world, { id: 9, name: "One credit", generic: 1, role: "manager" });
  addOrganization(world, { id: 10, name: "Role too low", generic: 1_000, role: "editor" });
  addOrganization(world, { id: 11, name: "Somebody else's", generic: 1_000, role: "none" });
  addAgent(world, 42, 7);
  addAgent(world, "agent_456", 7);
  addAgent(world, 43, 8);
  addAgent(world, 44, 9);
  addAgent(world, 45, 10);
  addAgent(world, 46, 11);
  for (const sheet of [startingSheet(101, 42), startingSheet("sheet_123", "agent_456")]) addSheet(world, sheet);
  addSheet(world, startingSheet(102, 43));
  addSheet(world, startingSheet(103, 44));
  fillShelves(world);
  return world;
}

export function addOrganization(
  world: World,
  given: Pick<Organization, "id" | "name" | "generic" | "role">,
): Organization {
  const organization: Organization = { ...given, aura: 0, transactions: [] };
  world.organizations.set(String(given.id), organization);
  return organization;
}

export function addAgent(world: World, id: Id, workspaceId: number, name = `Agent ${id}`): Agent {
  const automation = { webhook_url: null, callback_url: null, polling_enabled: false };
  const agent: Agent = { id, workspace_id: workspaceId, name, core: {}, automation, elevenLabsKey: null };
  world.agents.set(String(id), agent);
  return agent;
}

export function addSheet(world: World, sheet: Sheet): Sheet {
  world.sheets.set(String(sheet.id), sheet);
  return sheet;
}

export function shelf(world: World, name: string): Map<string, Item> {
  const items = world.shelves.get(name) ?? new Map<string, Item>();
  world.shelves.set(name, items);
  return items;
}

function fillShelves(world: World): void {
  const put = (name: string, item: Item) => shelf(world, name).set(String(item.id), item);
  put("templates", { id: "short-video", slug: "short-video", title: "Short video", agent_id: 42 });
  put("characters", { id: 801, name: "Ada", agent_id: 42 });
  put("looks", { id: 811, character_id: 801, name: "Everyday" });
  put("talking_characters", { id: 821, character_id: 801, voice_id: "voice_1" });
  put("content_resources", { id: 901, url: "https://cdn.gen-simulator.invalid/901.mp4", object_type: "video" });
  put("user_voice_resources", { id: 951, name: "Warm", voice_id: "voice_1", agent_id: 42 });
  put("ideas", { id: 701, agent_id: 42, title: "Three mistakes", status: "new" });
  put("ideas", { id: 702, agent_id: "agent_456", title: "A day in a minute", status: "new" });
  put("conversations", { id: "conv_1", agent_id: 42, title: "First steps", preferences: {} });
}
