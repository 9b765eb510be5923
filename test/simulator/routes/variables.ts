import type { Call } from "../gen/call.ts";
import { assign, insert, remove } from "../gen/change.ts";
import { confirm } from "../gen/confirm.ts";
import { text, wrapped } from "../gen/fields.ts";
import { GenError, invalid } from "../gen/gen-error.ts";
import { found, namedSheet } from "../gen/lookup.ts";
import { ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import type { Sheet } from "../world/sheet.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const MAX_BYTES = 512 * 1024;

export const variableRoutes: Routes = {
  "GET /vidsheet/global_variables_template": () => ({
    status: 200,
    headers: { "content-type": XLSX },
    text: "PK simulated workbook",
  }),
  "GET /vidsheet/:sheet/global_variables": (call) => ok({ global_variables: namedSheet(call).sheet.variables }),
  "POST /vidsheet/:sheet/global_variables": createVariable,
  "PATCH /vidsheet/:sheet/global_variables/:variable": updateVariable,
  "PUT /vidsheet/:sheet/global_variables/:variable": updateVariable,
  "DELETE /vidsheet/:sheet/global_variables/:variable": deleteVariable,
  "POST /vidsheet/:sheet/import_global_variables": importVariables,
};

function variableOf(call: Call, sheet: Sheet): Sheet["variables"][number] {
  return found(
    sheet.variables.find(({ id }) => String(id) === call.params.variable),
    "Global variable",
  );
}

function createVariable(call: Call): Reply {
  const { sheet } = namedSheet(call);
  const { name, value = null } = wrapped(call.fields, "global_variable");
  if (!text(name)) throw invalid("global_variable.name is required");
  const variable = { id: call.sim.world.nextId(), name: String(name), value };
  insert(sheet, sheet.variables, variable);
  return ok(variable);
}

function updateVariable(call: Call): Reply {
  const { sheet } = namedSheet(call);
  const variable = variableOf(call, sheet);
  const { name = variable.name, value = variable.value } = wrapped(call.fields, "global_variable");
  assign(sheet, variable, { name: String(name), value });
  return ok(variable);
}

function deleteVariable(call: Call): Reply {
  const { agent, sheet } = namedSheet(call);
  const variable = variableOf(call, sheet);
  confirm(call, {
    operation: "global_variable.delete",
    target: `variable ${variable.id}`,
    agentId: agent.id,
    content: variable,
  });
  remove(sheet, sheet.variables, variable);
  return ok({ success: true });
}

function importVariables(call: Call): Reply {
  namedSheet(call);
  const file = Object.values(call.fields).find((value) => value instanceof File);
  if (!(file instanceof File)) throw invalid("file is required");
  if (file.type !== XLSX && !file.name.endsWith(".xlsx"))
    throw new GenError(422, "invalid_content_type", "The file must be XLSX");
  if (file.size > MAX_BYTES) throw new GenError(422, "file_size_exceeded", "The file is larger than 512 KiB");
  return ok({ imported: 1 });
}
