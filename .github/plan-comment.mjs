// Puts a plan on a pull request: one comment, found by the marker that the plan begins with, and updated in
// place. Needs no package, so that nothing is installed where the token may write.

const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, PLAN = "", PULL_REQUEST } = process.env;
const author = "github-actions[bot]";
const perPage = 100;

async function ask(path, options = {}) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/issues/${path}`, {
    ...options,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${GITHUB_TOKEN}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok) {
    throw new Error(
      `${options.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`,
    );
  }
  return response.json();
}

async function findComment(marker, page = 1) {
  const comments = await ask(`${PULL_REQUEST}/comments?per_page=${perPage}&page=${page}`);
  const found = comments.find(({ body, user }) => user.login === author && body.startsWith(marker));
  return found ?? (comments.length < perPage ? undefined : findComment(marker, page + 1));
}

const [marker] = PLAN.split("\n", 1);
if (!/^<!-- .+ -->$/.test(marker)) {
  throw new Error(
    "PLAN does not begin with a marker: npm run preview -- --base REF --markdown FILE",
  );
}
const comment = await findComment(marker);
const body = JSON.stringify({ body: PLAN });
await (comment === undefined
  ? ask(`${PULL_REQUEST}/comments`, { method: "POST", body })
  : ask(`comments/${comment.id}`, { method: "PATCH", body }));
console.log(comment === undefined ? "The plan is a new comment" : "The comment has the new plan");
