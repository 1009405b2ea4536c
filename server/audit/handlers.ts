// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../config/limits.ts'
import * as trail from '../../db/queries/audit.ts'
import { firstRows } from '../../db/keyset.ts'
import { findPerson, peopleList } from '../../db/queries/people.ts'
import { fullName } from '../model/person.ts'
import type { Deps } from '../deps.ts'
import { parseForm, type Form } from '../web/forms.ts'
import { query, type Handler } from '../web/handler.ts'
import { redirect } from '../web/redirect.ts'
import { placeAsked, readPage, sendRows } from '../web/rows.ts'
import { keepSearch, readSearch, searchForm } from '../web/searches.ts'
import { recordExport } from './commands.ts'
import * as pages from './pages.ts'
import { KINDS, OPENED, typesOf, type Kind } from './rules.ts'

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
  const found = [
    ...(await firstRows(peopleList(deps.db, { q, who: 'active' }), MOST_MEANT)),
    ...(await firstRows(peopleList(deps.db, { q, who: 'closed' }), MOST_MEANT)),
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
  const page = await readPage(trail.trailList(deps.db, filter), placeAsked(req), limits.pageLength)
  await res.page('audit/trail', pages.trailPage(req.t, asked, page, about, form), form ? 422 : 200)
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
    const file = pages.fileOf(req.t, req.t('audit.trail.file'), false)
    await sendRows(res, trail.trailList(deps.db, filter), file, (rows) =>
      recordExport(deps, req.viewer, 'trail.exported', { kind: asked.kind, rows }),
    )
  }

const ownOpenings = async (deps: Deps, req: Request) => {
  const id = req.viewer.personId ?? ''
  return trail.openingsList(deps.db, OPENED, { subjects: [id, ...(await trail.listApplicationsOf(deps.db, id))] })
}

export const openings =
  (deps: Deps): Handler =>
  async (req, res) => {
    const page = await readPage(await ownOpenings(deps, req), placeAsked(req), limits.pageLength)
    await res.page('audit/openings', pages.openingsPage(req.t, page))
  }

export const exportOpenings =
  (deps: Deps): Handler =>
  async (req, res) => {
    await sendRows(res, await ownOpenings(deps, req), pages.fileOf(req.t, req.t('audit.openings.file'), true))
  }
