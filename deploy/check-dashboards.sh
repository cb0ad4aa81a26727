#!/usr/bin/env bash
# Checks the dashboards and the options of their panels against the types that Grafana publishes, of the version that
# docker-compose.yml runs. A field that Grafana does not know, or a value of another type, is an error. It needs node,
# npm and the npm registry.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's#.*image: grafana/grafana:##p' docker-compose.yml)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund "@grafana/schema@$version" typescript@5.9.3

# Grafana's types have enumerations for some texts and numbers; in a dashboard these are the texts and numbers themselves.
cat >"$folder/plain.ts" <<'TS'
type Plain<T> = T extends string ? `${T}` : T extends number ? (`${T}` extends `${infer N extends number}` ? N : T)
  : T extends (infer E)[] ? Plain<E>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
export type { Plain };
TS

node - "$folder" deploy/monitoring/grafana/dashboards/*.json <<'JS'
const fs = require('fs');
const path = require('path');
const [folder, ...files] = process.argv.slice(2);
// the types of panels, by which their options are checked
const names = { timeseries: 'TimeSeries', stat: 'Stat', gauge: 'Gauge', table: 'Table', bargauge: 'BarGauge', heatmap: 'Heatmap' };
let count = 0;
for (const file of files) {
  const dashboard = JSON.parse(fs.readFileSync(file, 'utf8'));
  const name = path.basename(file, '.json');
  const lines = ["import type { Dashboard } from '@grafana/schema';", "import type { Plain } from './plain';"];
  const types = [...new Set(dashboard.panels.map((panel) => panel.type))];
  for (const type of types) {
    if (!names[type]) throw new Error(`${file}: the panel type ${type} is not known to this script`);
    lines.push(`import type { Options as ${names[type]} } from 'grafana/${type}/panelcfg/x/${names[type]}PanelCfg_types.gen';`);
  }
  lines.push("type Deep<T> = T extends (infer E)[] ? Deep<E>[] : T extends object ? { [K in keyof T]?: Deep<T[K]> } : T;");
  lines.push(`export const dashboard: Deep<Plain<Dashboard>> = ${JSON.stringify(dashboard, null, 1)};`);
  dashboard.panels.forEach((panel, i) => {
    lines.push(`export const options${i}: Deep<Plain<${names[panel.type]}>> = ${JSON.stringify(panel.options ?? {}, null, 1)};`);
    count++;
  });
  fs.writeFileSync(path.join(folder, name + '.ts'), lines.join('\n') + '\n');
}
console.log(`${files.length} dashboards with ${count} panels`);
JS

cat >"$folder/tsconfig.json" <<'JSON'
{
  "compilerOptions": {
    "strict": true, "noEmit": true, "module": "esnext", "moduleResolution": "bundler", "target": "es2022",
    "skipLibCheck": true, "types": [],
    "paths": { "grafana/*": ["./node_modules/@grafana/schema/dist/types/raw/composable/*"] }
  },
  "include": ["*.ts"]
}
JSON
"$folder/node_modules/.bin/tsc" -p "$folder"
echo "they fit the types of Grafana $version"
