// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { limits } from '../../config/limits.ts'
import * as trail from '../../db/queries/audit.ts'
import { findPerson, searchPeople } from '../../db/queries/people.ts'
import { fullName } from '../accounts/mails.ts'
import type { Deps } from '../deps.ts'
import { sendCsv } from '../web/csv.ts'
import { query, type Handler } from '../web/handler.ts'
import { pageOf } from '../web/paging.ts'
import { recordExport } from './commands.ts'
import * as pages from './pages.ts'
import { KINDS, OPENED, typesOf, type Kind } from './rules.ts'

const MOST_EXPORTED = 20_000
/** A name that means more people than this is no name. */
const MOST_MEANT = 50

/** What the address asks for, and the people it means: one by id, or all of a name or member number. */
async function chosen(deps: Deps, req: Request) {
  const kind = Object.keys(KINDS).find((one) => one === query(req, 'kind')) as Kind | undefined
  const asked: pages.Asked = {
    kind: kind ?? 'all',
    q: query(req, 'q').trim().slice(0, 100),
    person: query(req, 'person'),
  }
  const person = asked.person ? await findPerson(deps.db, asked.person) : undefined
  const people = person ? [person.id] : asked.q ? await meant(deps, asked.q) : undefined
  return {
    asked: { ...asked, person: person?.id ?? '' },
    filter: { types: typesOf(asked.kind), people },
    about: { name: person ? fullName(person) : '', people: people?.length },
  }
}

async function meant(deps: Deps, q: string): Promise<string[]> {
  const range = { limit: MOST_MEANT, offset: 0 }
  const found = [
    ...(await searchPeople(deps.db, { q, who: 'active' }, range)),
    ...(await searchPeople(deps.db, { q, who: 'closed' }, range)),
  ]
  return found.map(({ id }) => id)
}

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { asked, filter, about } = await chosen(deps, req)
    const page = pageOf(query(req, 'page'), await trail.countTrail(deps.db, filter), limits.pageLength)
    const rows = await trail.listTrail(deps.db, filter, page)
    await res.page('audit/trail', pages.trailPage(req.t, asked, rows, page, about))
  }

export const exportTrail =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { asked, filter } = await chosen(deps, req)
    const rows = await trail.listTrail(deps.db, filter, { limit: MOST_EXPORTED, offset: 0 })
    await recordExport(deps, req.viewer, 'trail.exported', { kind: asked.kind, rows: rows.length })
    const { columns, rows: lines } = pages.csvOf(req.t, rows, false)
    sendCsv(res, req.t('audit.trail.file'), columns, lines)
  }

const ownFilter = async (deps: Deps, req: Request) => {
  const id = req.viewer.personId ?? ''
  return { subjects: [id, ...(await trail.listApplicationsOf(deps.db, id))] }
}

export const openings =
  (deps: Deps): Handler =>
  async (req, res) => {
    const filter = await ownFilter(deps, req)
    const page = pageOf(query(req, 'page'), await trail.countOpenings(deps.db, OPENED, filter), limits.pageLength)
    const rows = await trail.listOpenings(deps.db, OPENED, filter, page)
    await res.page('audit/openings', pages.openingsPage(req.t, rows, page))
  }

export const exportOpenings =
  (deps: Deps): Handler =>
  async (req, res) => {
    const range = { limit: MOST_EXPORTED, offset: 0 }
    const rows = await trail.listOpenings(deps.db, OPENED, await ownFilter(deps, req), range)
    const { columns, rows: lines } = pages.csvOf(req.t, rows, true)
    sendCsv(res, req.t('audit.openings.file'), columns, lines)
  }
