// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk: at an association and at a centre, for its coordinators.
import type { Request, Response } from 'express'
import type { z } from 'zod'
import { limits } from '../../../config/limits.ts'
import { listMembersByName } from '../../../db/queries/affiliations.ts'
import * as enquiries from '../../../db/queries/enquiries.ts'
import { findPerson } from '../../../db/queries/people.ts'
import { listNames } from '../../../db/queries/hours.ts'
import type { Country } from '../../../db/reference/places.ts'
import { recordExport, recordOpening } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { cardView } from '../../search/request.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { parseForm, typedValues, type Form, type Parsed } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage, sendRows } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import { passOn } from '../commands/pass-on.ts'
import * as tend from '../commands/tend.ts'
import { answerForm, noteForm, proposalForm, readPassing, stateForm } from '../forms.ts'
import { LIST, csvColumns, csvRow, listPage, removalPage, showPage, type Forms } from '../pages/work.ts'
import { suggestionQuery, suggestOffers } from '../suggestions.ts'

const MOST_MESSAGES = 100
const MOST_MEMBERS = 500

const filterAsked = (req: Request): enquiries.EnquiryFilter => ({
  show: enquiries.ENQUIRY_FILTERS.find((one) => one === query(req, 'show')) ?? 'open',
  personId: req.viewer.personId ?? '',
})

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const filter = filterAsked(req)
    const page = await readPage(enquiries.enquiriesList(deps.db, filter), placeAsked(req), limits.pageLength)
    const count = await enquiries.countEnquiries(deps.db, filter, limits.mostCounted)
    await res.page('enquiries/list', listPage({ t: req.t, taxonomies: deps.taxonomies }, filter.show, page, count))
  }

/** For a counsellor to sort and to call; the notes of the team stay here. */
export const exportCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const filter = filterAsked(req)
    const wording = { t: req.t, taxonomies: deps.taxonomies }
    const file = { name: req.t('enquiries.csv.name'), columns: csvColumns(req.t), cells: csvRow(wording) }
    await sendRows(res, enquiries.enquiriesList(deps.db, filter), file, (rows) =>
      recordExport(deps, req.viewer, 'enquiries.exported', { show: filter.show, rows }),
    )
  }

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { id, person_id } = await tend.loadForTeam(deps.db, req.viewer, param(req, 'enquiry'))
    await recordOpening(deps, req.viewer, { what: 'enquiry', whose: person_id ?? id, id })
    await showOne(deps, req, res)
  }

async function showOne(deps: Deps, req: Request, res: Response, forms: Forms = {}, status = 200, refused = '') {
  const enquiry = await tend.loadForTeam(deps.db, req.viewer, param(req, 'enquiry'))
  const messages = await enquiries.listEnquiryMessages(deps.db, enquiry.id, MOST_MESSAGES)
  const ids = [...messages.map(({ sent_by }) => sent_by), enquiry.taken_by].filter((one) => one !== null)
  const isCentre = req.site.kind !== 'association'
  const shown = {
    view: cardView(deps, req),
    enquiry,
    messages,
    suggestions: await suggestOffers(deps, enquiry, messages, req.site['country'] as Country),
    searchHref: suggestionQuery(deps, enquiry).address,
    names: await listNames(deps.db, [...new Set(ids)]),
    members: isCentre ? await listMembersByName(deps.db, MOST_MEMBERS) : [],
    formId: deps.newId(),
    viewerId: req.viewer.personId,
    isCentre,
    isRestricted: enquiry.person_id !== null && Boolean((await findPerson(deps.db, enquiry.person_id))?.restricted_at),
  }
  await res.page('enquiries/show', showPage(shown, forms, refused), status)
}

export const take =
  (deps: Deps): Handler =>
  async (req, res) => {
    await tend.takeEnquiry(deps, req.viewer, param(req, 'enquiry'), typedValues(req.body).to === 'nobody')
    await redirect(req, res, `${LIST}/${param(req, 'enquiry')}`)
  }

/** Somebody says it by telephone. */
export const endConsent =
  (deps: Deps): Handler =>
  async (req, res) => {
    await tend.endConsent(deps, req.viewer, param(req, 'enquiry'))
    req.session.flash('enquiries.done.consent')
    await redirect(req, res, `${LIST}/${param(req, 'enquiry')}`)
  }

export const askRemoval =
  (deps: Deps): Handler =>
  async (req, res) =>
    res.page(
      'enquiries/withdraw',
      removalPage(await tend.loadForTeam(deps.db, req.viewer, param(req, 'enquiry')), req.t),
    )

export const remove =
  (deps: Deps): Handler =>
  async (req, res) => {
    await tend.removeEnquiry(deps, req.viewer, param(req, 'enquiry'))
    req.session.flash('enquiries.done.removal')
    await redirect(req, res, LIST)
  }

type Act<T> = (deps: Deps, req: Request, id: string, value: T) => Promise<void>
type Done = `enquiries.done.${'note' | 'answer' | 'proposal' | 'state' | 'passing'}`

/** One form of the page: its faults, or what is refused now, come back on the page as it was typed. */
const step =
  <T>(
    form: keyof Forms,
    done: Done,
    read: (body: unknown, deps: Deps) => Parsed<T> | Promise<Parsed<T>>,
    act: Act<T>,
  ) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'enquiry')
    const parsed = await read(req.body, deps)
    const again = (typed: Form, status: number, refused = '') =>
      showOne(deps, req, res, { [form]: typed }, status, refused)
    if (!parsed.ok) return again(parsed.form, 422)
    try {
      const result = await runCommand(parsed.form, () => act(deps, req, id, parsed.value), { conflict: true })
      if (!result.ok) return again(result.form, result.status)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return again(parsed.form, 409, req.t(error.key, error.params))
    }
    req.session.flash(done)
    await redirect(req, res, `${LIST}/${id}`)
  }

const parsing =
  <S extends z.ZodType>(schema: S) =>
  (body: unknown): Parsed<z.output<S>> =>
    parseForm(schema, body)

export const note = step('note', 'enquiries.done.note', parsing(noteForm), (deps, req, id, value) =>
  tend.noteEnquiry(deps, req.viewer, id, value),
)

export const answer = step('answer', 'enquiries.done.answer', parsing(answerForm), (deps, req, id, { body }) =>
  tend.answerEnquiry(deps, req.viewer, id, body, sentForm(req)),
)

export const propose = step('proposal', 'enquiries.done.proposal', parsing(proposalForm), (deps, req, id, { offer }) =>
  tend.proposeOffer(deps, req.viewer, id, offer, sentForm(req)),
)

export const move = step('state', 'enquiries.done.state', parsing(stateForm), (deps, req, id, value) =>
  tend.moveEnquiry(deps, req.viewer, id, value),
)

const passing = step(
  'passing',
  'enquiries.done.passing',
  async (body, deps) => {
    const members = await listMembersByName(deps.db, MOST_MEMBERS)
    return readPassing(body, (id) => members.some((one) => one.id === id))
  },
  (deps, req, id, value) => passOn(deps, req.viewer, id, value, sentForm(req)),
)

/** An association has no members to whom it could pass somebody on. */
export const pass =
  (deps: Deps): Handler =>
  (req, res) => {
    if (req.site.kind === 'association') throw new NotFound()
    return passing(deps)(req, res)
  }
