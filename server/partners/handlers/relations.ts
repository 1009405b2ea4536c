// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import {
  findAffiliationLine,
  findAffiliationWith,
  listAffiliationIds,
  listAffiliationLines,
  type AffiliationLine,
  type MembersWanted,
} from '../../../db/queries/affiliations.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { findActor } from '../../../db/queries/fed-actors.ts'
import { findItem } from '../../../db/queries/moderation.ts'
import { listActiveCentres } from '../../../db/queries/submissions.ts'
import { listMemberSectors } from '../../../db/queries/public-figures.ts'
import { listNotes } from '../../../db/queries/team-notes.ts'
import type { Deps } from '../../deps.ts'
import { heldBy } from '../../public-offer/territory.ts'
import { centreContacts } from '../../offers/pages/centre-contacts.ts'
import { writeNote } from '../../moderation/commands/notes.ts'
import { noteForm } from '../../moderation/forms.ts'
import { itemAddress } from '../../moderation/pages/list.ts'
import { noteLines } from '../../moderation/pages/notes.ts'
import { askedOf, showItem } from '../../moderation/responses.ts'
import { streamCsv } from '../../web/csv.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { keepSearch, readSearch, searchForm } from '../../web/searches.ts'
import { acceptMember, askToJoin, endAffiliation, refuseMember, setTrust } from '../commands/decide.ts'
import { pauseMember, resumeMember } from '../commands/pause.ts'
import { setExactSums } from '../commands/exact-sums.ts'
import { followSource } from '../commands/follow.ts'
import { askForm, endForm, followForm, pauseForm, refusalForm, trustForm } from '../forms.ts'
import { filterIn, showList } from '../responses.ts'
import * as pages from '../pages/relations.ts'
import { next, PARTNER_KINDS } from '../../model/relation.ts'

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showList(deps, req, res)

/** The words go into the session, because names must not be in a URL (ASVS 14.2.1). */
export const search =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(searchForm, req.body)
    if (!parsed.ok) return showList(deps, req, res, { searching: parsed.form })
    await redirect(req, res, pages.listAddress(keepSearch(deps, req, 'partners', parsed.value)))
  }

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { words, isLost } = readSearch(req, 'partners')
    // Without the lost search, the file would have more lines than asked for; the list says that the search is lost.
    if (isLost) return redirect(req, res, pages.listAddress(query(req, 'search')))
    const file = { name: req.t('partners.title.both'), columns: pages.csvColumns(req.t) }
    const wanted = filterIn(req, await listMemberSectors(deps.db))
    await streamCsv(res, file, csvRows(deps, req, { words, wanted }))
  }

/** Of few at a time, because the offers of each are counted. */
const COUNTED_AT_ONCE = 50

async function* csvRows({ db }: Deps, { t }: Request, asked: { words: string; wanted: MembersWanted }) {
  for (const is of PARTNER_KINDS) {
    const ids = await listAffiliationIds(db, is, asked)
    for (let from = 0; from < ids.length; from += COUNTED_AT_ONCE) {
      const rows = await listAffiliationLines(db, ids.slice(from, from + COUNTED_AT_ONCE))
      yield rows.map((row) => pages.csvRow(t, row))
    }
  }
}

export const ask =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(askForm, req.body)
    if (!parsed.ok) return showList(deps, req, res, { asking: parsed.form })
    const done = await runCommand(parsed.form, () => askToJoin(deps, req.viewer, parsed.value.address, parsed.value))
    if (!done.ok) return showList(deps, req, res, { asking: done.form })
    req.session.flash('partners.ask.done')
    await redirect(req, res, `/partners/${done.value}`)
  }

export const follow =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(followForm, req.body)
    if (!parsed.ok) return showList(deps, req, res, { following: parsed.form })
    const done = await runCommand(parsed.form, () => followSource(deps, req.viewer, parsed.value.address))
    if (!done.ok) return showList(deps, req, res, { following: done.form })
    req.session.flash('partners.follow.done')
    await redirect(req, res, `/partners/${done.value}`)
  }

async function load(deps: Deps, req: Request): Promise<AffiliationLine> {
  const row = await findAffiliationLine(deps.db, param(req, 'affiliation'))
  if (!row) throw new NotFound()
  return row
}

/** Where a member is at home, and whether our territory holds it. */
async function townOf(deps: Deps, { t }: Request, uri: string) {
  const actor = await findActor(deps.db, uri)
  if (!actor?.place_name) return undefined
  const { territory } = await getAssociation(deps.db)
  const places = [{ code: actor.place_code || null, name: actor.place_name }]
  const { is } = heldBy(deps.places, territory, { work_mode: 'on_site', places })
  return {
    icon: 'place',
    label: t('partners.show.town'),
    value: actor.place_name,
    more: is === 'inside' || is === 'outside' ? t(`partners.show.town_${is}`) : '',
  }
}

async function contactsAt({ db }: Deps, id: string) {
  return centreContacts((await listActiveCentres(db)).filter((centre) => centre.id === id))
}

const NOTES = 20
type Forms = { refusal?: Form; trusting?: Form; noting?: Form; pausing?: Form }

async function showOne(deps: Deps, req: Request, res: Response, forms: Forms = {}) {
  const row = await load(deps, req)
  const model = pages.show(req.t, req.viewer, row)
  const at = row.partner_is === 'member' ? await townOf(deps, req, row.partner_uri) : undefined
  const notes = model.mayNote ? await listNotes(deps.db, { association: row.partner_uri, item: null }, NOTES) : []
  const failed = forms.refusal ?? forms.trusting ?? forms.noting ?? forms.pausing
  await res.page(
    'partners/show',
    {
      ...model,
      facts: [...model.facts, ...(at ? [at] : [])],
      contacts: row.partner_is === 'centre' && row.state === 'active' ? await contactsAt(deps, row.id) : [],
      notes: noteLines(req.t, req.viewer, notes),
      refusal: emptyForm(),
      trusting: emptyForm(),
      pausing: emptyForm(),
      noting: emptyForm({ form_id: deps.newId() }),
      ...forms,
    },
    failed ? 422 : 200,
  )
}

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showOne(deps, req, res)

export const accept =
  (deps: Deps): Handler =>
  async (req, res) => {
    await acceptMember(deps, req.viewer, param(req, 'affiliation'))
    req.session.flash('partners.accept.done')
    await redirect(req, res, `/partners/${param(req, 'affiliation')}`)
  }

export const refuse =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(refusalForm, req.body)
    if (!parsed.ok) {
      const row = await load(deps, req)
      if (!next(row.partner_is, row.state, 'refuse')) throw new Refused('partners.refused.already_answered')
      return showOne(deps, req, res, { refusal: parsed.form })
    }
    await refuseMember(deps, req.viewer, param(req, 'affiliation'), parsed.value.reason)
    req.session.flash('partners.refuse.done')
    await redirect(req, res, `/partners/${param(req, 'affiliation')}`)
  }

export const pause =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(pauseForm, req.body)
    if (!parsed.ok) {
      if ((await load(deps, req)).paused_at !== null) throw new Refused('partners.pause.already')
      return showOne(deps, req, res, { pausing: parsed.form })
    }
    await pauseMember(deps, req.viewer, param(req, 'affiliation'), parsed.value.reason)
    req.session.flash('partners.pause.done')
    await redirect(req, res, `/partners/${param(req, 'affiliation')}`)
  }

export const resume =
  (deps: Deps): Handler =>
  async (req, res) => {
    await resumeMember(deps, req.viewer, param(req, 'affiliation'))
    req.session.flash('partners.pause.resumed')
    await redirect(req, res, `/partners/${param(req, 'affiliation')}`)
  }

export const trust =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(trustForm, req.body)
    if (!parsed.ok) return showOne(deps, req, res, { trusting: parsed.form })
    await setTrust(deps, req.viewer, param(req, 'affiliation'), parsed.value.trust)
    req.session.flash('partners.trust.done')
    await redirect(req, res, `/partners/${param(req, 'affiliation')}`)
  }

/** From an offer to read over: back to it. */
export const trustFromItem =
  (deps: Deps): Handler =>
  async (req, res) => {
    const item = await findItem(deps.db, param(req, 'item'))
    const member = item && (await findAffiliationWith(deps.db, item.association_uri, 'member'))
    if (!member) throw new NotFound()
    const parsed = parseForm(trustForm, req.body)
    if (!parsed.ok) return showItem(deps, req, res, { trusting: parsed.form, status: 422 })
    await setTrust(deps, req.viewer, member.id, parsed.value.trust)
    req.session.flash('moderation.trust.done', { name: member.partner_name })
    await redirect(req, res, `${itemAddress(askedOf(req), item.id)}#trust`)
  }

/** About the association as a whole. */
export const note =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await load(deps, req)
    const parsed = parseForm(noteForm, req.body)
    if (!parsed.ok) return showOne(deps, req, res, { noting: parsed.form })
    const about = { association_uri: row.partner_uri, item_id: null }
    await writeNote(deps, req.viewer, about, parsed.value.body, sentForm(req))
    req.session.flash('moderation.notes.done')
    await redirect(req, res, `/partners/${row.id}#notes`)
  }

export const agreeExactSums = (deps: Deps): Handler => exactSums(deps, true)
export const endExactSums = (deps: Deps): Handler => exactSums(deps, false)

function exactSums(deps: Deps, isAgreed: boolean): Handler {
  return async (req, res) => {
    await setExactSums(deps, req.viewer, param(req, 'affiliation'), isAgreed)
    req.session.flash(isAgreed ? 'partners.exact.done' : 'partners.exact.ended')
    await redirect(req, res, `/partners/${param(req, 'affiliation')}#exact`)
  }
}

export const askEnd =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await load(deps, req)
    if (!next(row.partner_is, row.state, 'end')) return redirect(req, res, `/partners/${row.id}`)
    await res.page('partners/end', { ...pages.end(req.t, row), form: emptyForm() })
  }

export const end =
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await load(deps, req)
    const parsed = parseForm(endForm, req.body)
    if (!parsed.ok) return res.page('partners/end', { ...pages.end(req.t, row), form: parsed.form }, 422)
    await endAffiliation(deps, req.viewer, row.id, parsed.value.reason)
    req.session.flash(row.state === 'asking' ? 'partners.end.done.asking' : 'partners.end.done.active')
    await redirect(req, res, `/partners/${row.id}`)
  }
