// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../config/limits.ts'
import * as trail from '../../db/queries/audit.ts'
import { findPerson, searchPeople } from '../../db/queries/people.ts'
import { fullName } from '../model/person.ts'
import type { Deps } from '../deps.ts'
import { sendCsv } from '../web/csv.ts'
import { parseForm, type Form } from '../web/forms.ts'
import { query, type Handler } from '../web/handler.ts'
import { pageOf } from '../web/paging.ts'
import { redirect } from '../web/redirect.ts'
import { keepSearch, readSearch, searchForm } from '../web/searches.ts'
import { recordExport } from './commands.ts'
import * as pages from './pages.ts'
import { KINDS, OPENED, typesOf, type Kind } from './rules.ts'

const MOST_EXPORTED = 20_000
/** People that one name can stand for: at most this many active ones, and as many with a closed account. */
const MOST_MEANT = 50

const kindOf = (given: unknown): Kind | 'all' => (Object.keys(KINDS) as Kind[]).find((one) => one === given) ?? 'all'

async function chosen(deps: Deps, req: Request, kind = kindOf(query(req, 'kind'))) {
  const search = readSearch(req, 'trail')
  const id = query(req, 'person')
  const person = id ? await findPerson(deps.db, id) : undefined
  const people = person ? [person.id] : search.words ? await meant(deps, search.words) : undefined
  return {
    asked: { kind, search, person: person?.id ?? '' },
    filter: { types: typesOf(kind), people },
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
    await showTrail(deps, req, res, await chosen(deps, req))
  }

async function showTrail(
  deps: Deps,
  req: Request,
  res: Response,
  { asked, filter, about }: Awaited<ReturnType<typeof chosen>>,
  form?: Form,
) {
  const page = pageOf(query(req, 'page'), await trail.countTrail(deps.db, filter), limits.pageLength)
  const rows = await trail.listTrail(deps.db, filter, page)
  await res.page('audit/trail', pages.trailPage(req.t, asked, rows, page, about, form), form ? 422 : 200)
}

/** The words go into the session, because names must not be in a URL (ASVS 14.2.1). */
export const search =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(searchForm, req.body)
    const kind = kindOf(parsed.form.values['kind'])
    if (!parsed.ok) return showTrail(deps, req, res, await chosen(deps, req, kind), parsed.form)
    await redirect(req, res, pages.trailAddress({ kind, search: keepSearch(deps, req, 'trail', parsed.value) }))
  }

export const exportTrail =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { asked, filter } = await chosen(deps, req)
    // Without the lost search, the file would have more lines than asked for; the list says that the search is lost.
    if (asked.search.isLost)
      return redirect(req, res, pages.trailAddress({ kind: asked.kind, search: query(req, 'search') }))
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
