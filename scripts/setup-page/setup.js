/**
 * The set-up page. The secret and the keys are in memory alone: in no address, and not in the browser's storage. One
 * `Idempotency-Key` for the life of the page: a repeat after a lost answer gets the same keys.
 */
const TRIES = 3;
const PAUSE_MS = 1_500;
const FREE_SUBREQUESTS = 50;

/** What each check says, by its outcome: a sentence, and what to do. */
const CHECKS = {
  configuration: {
    title: "Configuration",
    right: () => ["All variables and secrets can be read."],
    wrong: (problems) => [
      problems.join(" "),
      "Give each a right value: a secret with npx wrangler secret put and its name, a variable in wrangler.toml.",
    ],
  },
  key: {
    title: "GEN’s key",
    right: () => ["GEN accepts the key in GEN_API_KEY."],
    wrong: () => [
      "GEN refuses the key in GEN_API_KEY.",
      "Make a new personal access token at GEN, then: npx wrangler secret put GEN_API_KEY",
    ],
    open: () => ["Whether GEN accepts the key could not be found out.", "Check again in a minute."],
  },
  gen: {
    title: "GEN",
    right: () => ["GEN answers."],
    wrong: () => ["GEN does not answer.", "Check again in some minutes. If you have set GEN_BASE_URL, look at it."],
    open: () => ["Whether GEN answers could not be found out.", "Check again in a minute."],
  },
  bindings: {
    title: "Bindings",
    right: () => ["All bindings of wrangler.toml are there."],
    wrong: (missing) => [
      `These are missing: ${missing.join(", ")}.`,
      "Deploy with the wrangler.toml of this project: npm run deploy",
    ],
  },
  plan: {
    title: "Cloudflare plan",
    open: ([most]) =>
      Number(most) <= FREE_SUBREQUESTS
        ? [`A Worker can’t see its plan. MAX_SUBREQUESTS is ${most}, which every plan allows.`]
        : [`A Worker can’t see its plan. MAX_SUBREQUESTS is ${most}.`, "On the free plan set it to 50."],
  },
};
const SIGNS = new Map([
  [true, ["right", "In order"]],
  [false, ["wrong", "To be mended"]],
  [null, ["open", "Not known"]],
]);

const idempotencyKey = crypto.randomUUID();
let token = "";

const find = (id) => document.getElementById(id);
const show = (id) => {
  find(id).hidden = false;
};

find("unlock").addEventListener("submit", (event) => {
  event.preventDefault();
  token = find("token").value.trim();
  void during(event.submitter, "unlock-fault", check);
});

find("make-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void during(event.submitter, "make-fault", make);
});

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", () => {
    const told = (text) => {
      find("copied").textContent = text;
    };
    navigator.clipboard.writeText(find(button.dataset.copy).textContent).then(
      () => told("Copied."),
      () => told("It could not be copied. Select the key and copy it by hand."),
    );
  });
}

/** One at a time. What goes wrong is said below. */
async function during(button, faultId, work) {
  const fault = find(faultId);
  fault.hidden = true;
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    fault.textContent = error.message;
    fault.hidden = false;
  } finally {
    button.disabled = false;
  }
}

async function check() {
  const { checks } = await ask("GET");
  find("check-list").replaceChildren(...checks.map(toItem));
  show("checks");
  // Without a configuration the Worker refuses to make keys.
  find("make").hidden = checks.some(({ name, ok }) => name === "configuration" && ok === false);
  find("checks-title").focus();
}

function toItem({ name, ok, details }) {
  const [kind, sign] = SIGNS.get(ok);
  const { title: titled, [kind]: say } = CHECKS[name];
  const [what, toDo] = say(details);
  const item = document.createElement("li");
  item.className = kind;
  const title = document.createElement("strong");
  title.textContent = `${titled}: ${sign}. `;
  item.append(title, what);
  if (toDo !== undefined) {
    const line = document.createElement("p");
    line.className = "quiet";
    line.textContent = `To do: ${toDo}`;
    item.append(line);
  }
  return item;
}

async function make() {
  const { operator, client } = await ask("POST", { agents: split("agents"), origins: split("origins") });
  find("operator-key").textContent = operator.key;
  find("client-key").textContent = client.key;
  find("try").textContent = `curl ${location.origin}/health -H "X-API-Key: <operator’s key>"`;
  for (const id of ["intro", "unlock-section", "checks", "make"]) find(id).hidden = true;
  show("done");
  find("done-title").focus();
}

function split(id) {
  const parts = find(id).value.split(",");
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** The answer's JSON. Throws an error for a person. An answer that was lost, or one that says so, is asked for again. */
async function ask(method, body) {
  for (let left = TRIES - 1; ; left -= 1) {
    const response = await send(method, body).catch(() => null);
    if (response?.ok) return response.json();
    const mayRepeat =
      response === null || (response.status === 503 && response.headers.get("x-should-retry") === "true");
    if (!mayRepeat || left === 0) throw new Error(await explain(response));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function send(method, body) {
  const headers = { authorization: `Bearer ${token}`, "idempotency-key": idempotencyKey };
  if (body === undefined) return fetch("/setup", { method, headers });
  const asJson = { ...headers, "content-type": "application/json" };
  return fetch("/setup", { method, headers: asJson, body: JSON.stringify(body) });
}

async function explain(response) {
  if (response === null) return "The Worker could not be reached. Check your connection and try again.";
  if (response.status === 401) return "This is not the set-up secret. Check that it was copied in full.";
  if (response.status === 404)
    return "This Worker has clients already, so this page is gone. Make further keys with the operator’s key, or with npm run clients.";
  if (response.status === 409)
    return "The keys were made by your first try, whose answer was lost. Enter what you had entered then, and you get them.";
  const problem = await response.json().catch(() => ({}));
  const errors = (problem.errors ?? []).map(({ message }) => message);
  return errors.join(" ") || [problem.detail, problem.action].filter(Boolean).join(" ") || `Status ${response.status}.`;
}
