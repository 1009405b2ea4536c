// SPDX-License-Identifier: AGPL-3.0-or-later
// One row for each host of a peer, an actor or a delivery, so that lists of sites are paged and searched without
// reading the three. Functions that write or delete one of those call these in the same transaction.
import { sql, type Kysely } from 'kysely'
import { domainOf } from '../../server/model/host.ts'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** Call with the rows that were written. */
export async function listHostsOf(tx: Handle, written: readonly { host: string }[]): Promise<void> {
  const rows = [...new Set(written.map(({ host }) => host))].map((host) => [host, domainOf(host).key])
  if (rows.length === 0) return
  await sql`
    insert into fed_hosts (host, domain_key) select value ->> 0, value ->> 1 from json_each(${JSON.stringify(rows)})
    where true on conflict (host) do nothing`.execute(tx)
}

/** Call with the rows that were deleted; a host of which something is left stays listed. */
export async function unlistHostsOf(tx: Handle, rows: readonly { host: string }[]): Promise<void> {
  const gone = [...new Set(rows.map(({ host }) => host))]
  if (gone.length === 0) return
  await sql`
    delete from fed_hosts where host in (select value from json_each(${JSON.stringify(gone)}))
      and not exists (select 1 from fed_peers p where p.host = fed_hosts.host)
      and not exists (select 1 from fed_actors a where a.host = fed_hosts.host)
      and not exists (select 1 from fed_deliveries d where d.host = fed_hosts.host)`.execute(tx)
}
