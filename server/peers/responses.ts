// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../config/limits.ts'
import { listKnownHosts, type KnownFilter, type KnownHost } from '../../db/queries/known-peers.ts'
import { listParked } from '../../db/queries/operator.ts'
import type { Deps } from '../deps.ts'
import { recordLook } from '../operator/commands/queues.ts'
import { streamCsv } from '../web/csv.ts'
import type { Form } from '../web/forms.ts'
import { query } from '../web/handler.ts'
import { pageOf } from '../web/paging.ts'
import type { Filter } from './forms.ts'
import { calledLike, countStates, listKnown, lookAround, readInBatches, total, type Outlook } from './known.ts'
import { csvColumns, csvRow, listPage } from './pages/list.ts'

export const MOST_PARKED = 100

const askedOf = (outlook: Outlook, { search: { words }, state }: Filter): KnownFilter => ({
  ...calledLike(outlook, words),
  state: state || undefined,
})

export async function showList(deps: Deps, req: Request, res: Response, filter: Filter, form?: Form): Promise<void> {
  const outlook = await lookAround(deps.db, deps)
  const asked = askedOf(outlook, filter)
  const counts = await countStates(outlook, {})
  const among = asked.search ? await countStates(outlook, asked) : counts
  const count = filter.state ? among[filter.state] : total(among)
  const page = pageOf(query(req, 'page'), count, limits.pageLength)
  const peers = await listKnown(outlook, asked, page)
  const parked = await listParked(deps.db, MOST_PARKED)
  const shown = { filter, counts, peers, count, page, mode: outlook.policy.mode, isOn: deps.config.federation }
  await res.page('peers/index', listPage(req.t, shown, parked, form), form ? 422 : 200)
}

/** The export is recorded before the first line is sent. */
export async function sendList(deps: Deps, req: Request, res: Response, filter: Filter): Promise<void> {
  const outlook = await lookAround(deps.db, deps)
  const hosts = await listKnownHosts(deps.db, outlook.sight, askedOf(outlook, filter))
  await recordLook(deps, req.viewer, { type: 'peers.exported', details: { rows: hosts.length } })
  await streamCsv(res, { name: 'sites', columns: csvColumns(req.t) }, rowsOf(req, outlook, hosts))
}

async function* rowsOf({ t }: Request, outlook: Outlook, hosts: readonly KnownHost[]) {
  for await (const peers of readInBatches(outlook, hosts)) yield peers.map((peer) => csvRow(t, peer))
}
