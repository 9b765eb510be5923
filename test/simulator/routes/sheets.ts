import type { Call } from "../gen/call.ts";
import { assign } from "../gen/change.ts";
import { confirm } from "../gen/confirm.ts";
import { requireCredits } from "../gen/credits.ts";
import { text, wrapped } from "../gen/fields.ts";
import { invalid, notFound } from "../gen/gen-error.ts";
import { found, namedAgent, namedSheet } from "../gen/lookup.ts";
import { created, ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { sheetView } from "../gen/sheet-view.ts";
import { emptySheet, newCell, type Sheet } from "../world/sheet.ts";
import { type Agent, addSheet } from "../world/world.ts";

export const sheetRoutes: Routes = {
  "POST /vidsheet": createSheet,
  "POST /vidsheet/from_idea": createFromIdea,
  "GET /vidsheet/build_quote": () =>
    ok({
      estimated_credits: 650,
      items: [
        { user_job_type: "video_from_text", credits: 600 },
        { user_job_type: "render", credits: 50 },
      ],
    }),
  "GET /vidsheet/:sheet": (call) => ok(sheetView(call.sim, namedSheet(call).sheet)),
  "PATCH /vidsheet/:sheet": updateSheet,
  "PUT /vidsheet/:sheet": updateSheet,
  "DELETE /vidsheet/:sheet": deleteSheet,
  "POST /vidsheet/:sheet/clone": (call) => cloneSheet(call, namedSheet(call)),
  "POST /vidsheet/:sheet/validate_video_layout": (call) =>
    ok({ valid: true, errors: [], sheet_id: namedSheet(call).sheet.id }),
  "POST /templates/spreadsheets/:slug/clone": cloneTemplate,
};

function createSheet(call: Call): Reply {
  const agent = namedAgent(call);
  requireCredits(call.sim, agent, 0);
  const title = text(wrapped(call.fields, "spreadsheet").title);
  if (!title) throw invalid("spreadsheet.title is required");
  return created(sheetView(call.sim, addSheet(call.sim.world, newSheet(call, agent, title))));
}

function createFromIdea(call: Call): Reply {
  const agent = namedAgent(call);
  requireCredits(call.sim, agent, 0);
  const idea = found(call.sim.world.shelves.get("ideas")?.get(String(call.fields.idea_id)), "Idea");
  return created(sheetView(call.sim, addSheet(call.sim.world, newSheet(call, agent, String(idea.title)))));
}

function newSheet(call: Call, agent: Agent, title: string): Sheet {
  const { world, clock } = call.sim;
  return emptySheet(world.nextId(), agent.id, title, clock.iso());
}

function updateSheet(call: Call): Reply {
  const { sheet } = namedSheet(call);
  const { title, status } = wrapped(call.fields, "spreadsheet");
  if (title !== undefined && !text(title)) throw invalid("spreadsheet.title can't be blank");
  assign(sheet, sheet, {
    ...(title === undefined ? {} : { title: String(title) }),
    ...(status === undefined ? {} : { status: String(status) }),
  });
  return ok(sheetView(call.sim, sheet));
}

function deleteSheet(call: Call): Reply {
  const { agent, sheet } = namedSheet(call);
  const { id, title, rows, revision } = sheet;
  confirm(call, {
    operation: "spreadsheet.delete",
    target: `sheet ${id}`,
    agentId: agent.id,
    content: { id, title, rows: rows.length, revision },
  });
  call.sim.world.sheets.delete(String(id));
  return ok({ success: true });
}

/** GEN documents no key for a clone: a repeat makes another one. */
function cloneSheet(call: Call, { agent, sheet }: { agent: Agent; sheet: Sheet }): Reply {
  const { world } = call.sim;
  const clone = newSheet(call, agent, `${sheet.title} (copy)`);
  const columns = sheet.columns.map((column) => ({ old: column.id, made: { ...column, id: world.nextId() } }));
  clone.columns = columns.map(({ made }) => made);
  clone.rows = sheet.rows.map(({ position, cells }) => ({
    id: world.nextId(),
    position,
    cells: columns.map(({ old, made }) =>
      newCell(world.nextId(), made, cells.find((cell) => cell.column_id === old)?.value),
    ),
  }));
  return created(sheetView(call.sim, addSheet(world, clone)));
}

function cloneTemplate(call: Call): Reply {
  const agent = namedAgent(call);
  const known = call.sim.world.shelves.get("templates")?.has(call.params.slug ?? "");
  const sheet = call.sim.world.sheets.get("101");
  if (!known || !sheet) throw notFound("project_not_found", "Template");
  return cloneSheet(call, { agent, sheet });
}
