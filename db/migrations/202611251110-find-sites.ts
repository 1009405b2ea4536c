// SPDX-License-Identifier: AGPL-3.0-or-later
// Every site we know as one row, kept true by triggers, and names as they are looked for: lists of sites and of partners
// are paged, put in order and searched without reading all that we know of each.
import type { Migration } from '../migrate.ts'

/** A site is known as long as one of these tables has it. */
const KNOWN_IN = ['fed_peers', 'fed_actors', 'fed_deliveries'] as const

/** Without its port; the brackets of a numbered address are kept. */
const BARE = (host: string) => `rtrim(CASE
    WHEN ${host} LIKE '[%' THEN substr(${host}, 1, instr(${host}, ']'))
    WHEN instr(${host}, ':') > 0 THEN substr(${host}, 1, instr(${host}, ':') - 1)
    ELSE ${host} END, '.')`

/** `un.example.org:8443` becomes `org.example.un`: all that lies under a name stands together. */
const FROM_ITS_END = (host: string) => `(
    SELECT group_concat(value, '.' ORDER BY key DESC)
    FROM json_each('[' || replace(json_quote(${BARE(host)}), '.', '","') || ']'))`

const kept = (table: string) => `
CREATE TRIGGER ${table}_host_known AFTER INSERT ON ${table}
WHEN NOT EXISTS (SELECT 1 FROM fed_hosts WHERE host = new.host) BEGIN
  INSERT INTO fed_hosts (host, domain_key) VALUES (new.host, ${FROM_ITS_END('new.host')});
END;

CREATE TRIGGER ${table}_host_forgotten AFTER DELETE ON ${table}
WHEN ${KNOWN_IN.map((one) => `NOT EXISTS (SELECT 1 FROM ${one} WHERE host = old.host)`).join('\n  AND ')} BEGIN
  DELETE FROM fed_hosts WHERE host = old.host;
END;
`

/** Names that are known already are folded as far as SQL can; a name that is read again is folded whole. */
const PLAIN: Record<string, string> = {
  a: 'àâäáãåÀÂÄÁÃÅ',
  ae: 'æÆ',
  c: 'çÇ',
  e: 'éèêëÉÈÊË',
  i: 'îïíìÎÏÍÌ',
  n: 'ñÑ',
  o: 'ôöóòõÔÖÓÒÕ',
  oe: 'œŒ',
  u: 'ùûüúÙÛÜÚ',
  y: 'ÿŸ',
}
const folded = (text: string) =>
  Object.entries(PLAIN)
    .flatMap(([plain, marked]) => [...marked].map((letter) => [letter, plain] as const))
    .reduce((made, [letter, plain]) => `replace(${made}, '${letter}', '${plain}')`, `lower(${text})`)

export const findSites: Migration = {
  name: '202611251110-find-sites',
  sql: `
-- domain_key: the name from its end, without the port.
CREATE TABLE fed_hosts (
  host TEXT PRIMARY KEY, -- internal
  domain_key TEXT NOT NULL -- internal
) STRICT, WITHOUT ROWID;
CREATE INDEX fed_hosts_domain ON fed_hosts (domain_key);
INSERT INTO fed_hosts (host, domain_key)
  SELECT host, ${FROM_ITS_END('host')} FROM (${KNOWN_IN.map((one) => `SELECT host FROM ${one}`).join(' UNION ')});
${KNOWN_IN.map(kept).join('')}
CREATE INDEX fed_peers_trouble ON fed_peers (host, state, paused_at) WHERE state <> 'ok' OR paused_at IS NOT NULL;

-- search_key: the name without accents or capitals.
ALTER TABLE fed_actors ADD COLUMN search_key TEXT NOT NULL DEFAULT ''; -- personal
UPDATE fed_actors SET search_key = ${folded('name')} WHERE name <> '';
-- With gone_at, so that it is read alone: rows carry their documents.
CREATE INDEX fed_actors_named ON fed_actors (host, search_key, name, gone_at) WHERE gone_at IS NULL;

-- search_key: name and address, without accents or capitals.
ALTER TABLE affiliations ADD COLUMN search_key TEXT NOT NULL DEFAULT ''; -- public
UPDATE affiliations SET search_key =
  ${folded("partner_name || ' ' || replace(replace(partner_url, 'https://', ''), 'http://', '')")};
`,
}
