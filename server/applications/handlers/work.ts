// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../../config/limits.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import * as applications from '../../../db/queries/applications.ts'
import { findOffer } from '../../../db/queries/offers.ts'
import { recordExport, recordOpening } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { Forbidden } from '../../web/errors.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { askMailbox } from '../../web/mailboxes.ts'
import { parseNamed } from '../../web/names.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { acceptApplication, declineApplication, takeApplication } from '../commands/answer.ts'
import { noteApplication } from '../commands/note.ts'
import { acceptForm, noteForm, refusalForm } from '../forms.ts'
import { MOST_OFFERS, PER_PAGE, csvColumns, csvRow, filterOf, listPage, readAsked } from '../pages/list.ts'
import { notePage, refusalPage } from '../pages/work.ts'
import { mayAnswer } from '../policy.ts'
import { load, orExplain, showAgain, showOne } from '../responses.ts'
import { step } from '../rules.ts'
import { sentForm } from '../../web/once.ts'
import { runCommand } from '../../web/run-command.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage, sendRows } from '../../web/rows.ts'

const LIST = '/work/applications'

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const asked = readAsked(req.query)
    const filter = filterOf(asked)
    const count = await applications.countApplications(deps.db, filter, limits.mostCounted)
    const page = await readPage(applications.applicationsList(deps.db, filter), placeAsked(req), PER_PAGE)
    const offers = await applications.listOffersAppliedTo(deps.db, MOST_OFFERS, asked.offer)
    const unconfirmed = await applications.countUnconfirmed(deps.db, asked.offer, limits.mostCounted)
    const now = { iso: deps.clock.iso(), timeZone: String(req.site['timeZone']) }
    await res.page('applications/list', listPage(asked, { page, count, offers, unconfirmed }, now, req.t))
  }

export const exportCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const asked = readAsked(req.query)
    const filter = filterOf(asked)
    const file = { name: req.t('applications.csv.name'), columns: csvColumns(req.t), cells: csvRow(deps, req.t) }
    await sendRows(res, applications.applicationsList(deps.db, filter), file, (rows) =>
      recordExport(deps, req.viewer, 'applications.exported', { state: asked.state, rows }),
    )
  }

export const askNote =
  (deps: Deps): Handler =>
  async (req, res) =>
    showNote(deps, req, res, emptyForm({ offer: query(req, 'offer'), form_id: deps.newId() }))

export const note =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = askMailbox(req.body, (asked) => parseNamed(noteForm, asked))
    if (!parsed.ok) return showNote(deps, req, res, parsed.form, 422)
    const input = { ...parsed.value, locale: (await getAssociation(deps.db)).locale }
    const done = await runCommand(parsed.form, () => noteApplication(deps, req.viewer, input, sentForm(req)))
    if (!done.ok) return showNote(deps, req, res, done.form, 422)
    const noted = await applications.findApplication(deps.db, done.value)
    req.session.flash(NOTED[noted?.state ?? ''] ?? 'applications.note.done')
    await redirect(req, res, `${LIST}/${done.value}`)
  }

const NOTED: Record<string, MessageKey> = {
  accepted: 'applications.note.accepted',
  waitlisted: 'applications.note.in_line_done',
}

async function showNote(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  if (!mayAnswer(req.viewer)) throw new Forbidden()
  const open = await applications.listOffersTakingPeople(deps.db, deps.clock.iso(), MOST_OFFERS)
  // One that was chosen and takes nobody any more stays in sight, with what is said about it.
  const chosen = open.some(({ id }) => id === form.values.offer)
    ? undefined
    : await findOffer(deps.db, String(form.values.offer ?? ''))
  const offers = chosen ? [{ id: chosen.id, title: chosen.content.title, waits: false }, ...open] : open
  await res.page('applications/note', notePage(offers, form, req.t), status)
}

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { application } = await load(deps, req)
    const whose = application.person_id ?? application.id
    await recordOpening(deps, req.viewer, { what: 'application', whose, id: application.id })
    await showOne(deps, req, res, emptyForm())
  }

export const take =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'application')
    await orExplain(deps, req, res, emptyForm(), async () => {
      await takeApplication(deps, req.viewer, id)
      req.session.flash('applications.review.done')
      await redirect(req, res, `${LIST}/${id}`)
    })
  }

export const accept =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'application')
    const parsed = parseForm(acceptForm, req.body)
    if (!parsed.ok) return showAgain(deps, req, res, parsed.form)
    await orExplain(deps, req, res, parsed.form, async () => {
      const done = await runCommand(parsed.form, () => acceptApplication(deps, req.viewer, id, parsed.value))
      if (!done.ok) return showAgain(deps, req, res, done.form)
      req.session.flash('applications.acceptance.done')
      await redirect(req, res, `${LIST}/${id}`)
    })
  }

export const askRefusal =
  (deps: Deps): Handler =>
  async (req, res) => {
    const one = await load(deps, req)
    if (!step(one.application.state, 'decline').ok) return redirect(req, res, `${LIST}/${one.application.id}`)
    await res.page('applications/refusal', refusalPage(one, emptyForm()))
  }

export const decline =
  (deps: Deps): Handler =>
  async (req, res) => {
    const one = await load(deps, req)
    const parsed = parseForm(refusalForm(deps.taxonomies), req.body)
    if (!parsed.ok) return res.page('applications/refusal', refusalPage(one, parsed.form), 422)
    await orExplain(deps, req, res, parsed.form, async () => {
      await declineApplication(deps, req.viewer, one.application.id, parsed.value)
      req.session.flash('applications.refusal.done')
      await redirect(req, res, `${LIST}/${one.application.id}`)
    })
  }
