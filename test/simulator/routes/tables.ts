import type { Routes } from "../gen/route.ts";
import { actionRoutes } from "./actions.ts";
import { agentCoreRoutes } from "./agent-core.ts";
import { agentRoutes } from "./agents.ts";
import { billingRoutes } from "./billing.ts";
import { catalogueRoutes } from "./catalogues.ts";
import { cellRoutes } from "./cells.ts";
import { characterRoutes } from "./characters.ts";
import { columnRoutes } from "./columns.ts";
import { conversationRoutes } from "./conversations.ts";
import { generationRoutes } from "./generations.ts";
import { ideaRoutes } from "./ideas.ts";
import { layerRoutes } from "./layers.ts";
import { organizationRoutes } from "./organizations.ts";
import { platformRoutes, publishingRoutes } from "./publishing.ts";
import { recurringJobRoutes } from "./recurring-jobs.ts";
import { resourceRoutes } from "./resources.ts";
import { rowRoutes } from "./rows.ts";
import { runRoutes } from "./runs.ts";
import { sheetRoutes } from "./sheets.ts";
import { undoRoutes } from "./undo.ts";
import { userJobRoutes } from "./user-jobs.ts";
import { variableRoutes } from "./variables.ts";
import { voiceRoutes } from "./voice.ts";

/** GEN's applications, by host. */
export const API_ROUTES: readonly Routes[] = [
  agentRoutes,
  organizationRoutes,
  billingRoutes,
  sheetRoutes,
  actionRoutes,
  undoRoutes,
  rowRoutes,
  columnRoutes,
  cellRoutes,
  layerRoutes,
  variableRoutes,
  generationRoutes,
  catalogueRoutes,
  resourceRoutes,
  voiceRoutes,
  characterRoutes,
  userJobRoutes,
];
/** Behind api (with `/v1`) and python (without). */
export const PUBLISHING_ROUTES: readonly Routes[] = [publishingRoutes];
export const PYTHON_ROUTES: readonly Routes[] = [platformRoutes];
export const AGENT_ROUTES: readonly Routes[] = [runRoutes, conversationRoutes, ideaRoutes, recurringJobRoutes];
export const AGENT_CORE_ROUTES: readonly Routes[] = [agentCoreRoutes];
