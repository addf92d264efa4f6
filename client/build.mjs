// Bundle the elements into one file; `node build.mjs schema.yml` describes the API anew as well.
import { writeFile } from "node:fs/promises";

import { build } from "esbuild";
import openapiTS, { astToString } from "openapi-typescript";

const target = new URL("../src/wargame_mentorship/static/wargame_mentorship/", import.meta.url);

await build({
  entryPoints: ["src/index.ts"],
  outfile: new URL("wargame_mentorship.js", target).pathname,
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none",
  banner: { js: "/* wargame_mentorship: custom elements. The sources are in client/ of its repository. */" },
  absWorkingDir: new URL(".", import.meta.url).pathname,
});

const [schema] = process.argv.slice(2);
if (schema) {
  const types = await openapiTS(new URL(schema, `file://${process.cwd()}/`));
  const head = "/** The HTTP API, made from its OpenAPI schema by `make client`. Do not edit. */\n\n";
  await writeFile(new URL("api.d.ts", target), head + astToString(types));
}
