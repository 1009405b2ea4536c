// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours without an account: at the kiosk of an event, and by the link of one person. The address is the proof.
import type { Request, Response } from 'express'
import { listAcceptedPeople } from '../../../db/queries/hours-sheet.ts'
import * as ledger from '../../../db/queries/hours.ts'
import type { LinkRow } from '../../../db/queries/hours-links.ts'
import { findOffer } from '../../../db/queries/offers.ts'
import { findPerson } from '../../../db/queries/people.ts'
import { networkOf } from '../../base/network.ts'
import type { Deps } from '../../deps.ts'
import { refuseTooMany } from '../../limits.ts'
import { emptyForm, faultText, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { addressWith } from '../../web/paging.ts'
import { redirect } from '../../web/redirect.ts'
import { pagerByRow, placeAsked, readPage } from '../../web/rows.ts'
import { runCommand } from '../../web/run-command.ts'
import { findLink, recordAtKiosk, recordByLink } from '../commands/links.ts'
import { atTheDayShown, kioskForm, hoursForm, joinChoices, MOST_ON_SHEET } from '../forms.ts'
import { kindOf, linkPath } from '../link.ts'
import { shortNames } from '../pages/kiosk.ts'
import * as pages from '../pages/entries.ts'
import { asksOf, formChoices, PAGE, today } from '../responses.ts'

/** The script of the page, which may have kept the line for a while, reads the answer as JSON. */
const asksJson = (req: Request): boolean => req.accepts(['html', 'json']) === 'json'

function refuse(req: Request, res: Response, form: Form) {
  const faults = Object.values(form.errors).map((fault) => faultText(req.t, fault))
  return res.status(422).json({ error: [...new Set(faults)].join(' ') })
}

type Answer = (req: Request, res: Response, link: LinkRow) => Promise<unknown>

/** A link that is over is told in words, without what it was for. */
const withLink =
  (deps: Deps, kind: 'kiosk' | 'own', answer: Answer): Handler =>
  async (req, res) => {
    // The address opens the page, so nothing of it may stay in a browser or a cache.
    res.set('Cache-Control', 'no-store')
    const link = await findLink(deps.db, deps, param(req, 'token'))
    if (link && kindOf(link) === kind) return answer(req, res, link)
    if (asksJson(req)) return res.status(410).json({ error: req.t('hours.link.over') })
    return res.page('hours/link-over', { title: req.t('hours.link.over_title'), robots: 'noindex' }, 410)
  }

const limit = (deps: Deps, req: Request, link: LinkRow) =>
  refuseTooMany(deps, [
    { limit: 'hours from a network', of: networkOf(req.ip) },
    { limit: 'hours of a link', of: link.id },
  ])

async function showKiosk(deps: Deps, req: Request, res: Response, link: LinkRow, form: Form, status = 200) {
  const offer = await findOffer(deps.db, link.offer_id!)
  const people = await listAcceptedPeople(deps.db, link.offer_id!, MOST_ON_SHEET)
  const { days, durations, today: last } = await formChoices(deps, req, '')
  await res.page(
    'hours/kiosk',
    {
      title: req.t('hours.kiosk.title'),
      robots: 'noindex',
      action: linkPath('kiosk', param(req, 'token')),
      offer: offer && req.t.text(offer.content.title),
      form: {
        ...form,
        values: { form_id: deps.newId(), ...(people.length === 0 && { person: 'other' }), ...form.values },
      },
      people: shortNames(people),
      days,
      durations,
      today: last,
      ...asksOf(form),
    },
    status,
  )
}

export const kiosk = (deps: Deps): Handler =>
  withLink(deps, 'kiosk', (req, res, link) => showKiosk(deps, req, res, link, emptyForm()))

export const recordKiosk = (deps: Deps): Handler =>
  withLink(deps, 'kiosk', async (req, res, link) => {
    await limit(deps, req, link)
    const parsed = parseForm(kioskForm, joinChoices(req.body))
    // As it was typed, and not as a choice was joined with it.
    const typed = { values: { ...parsed.form.values, ...typedValues(req.body) }, errors: parsed.form.errors }
    const again = (form: Form) =>
      asksJson(req) ? refuse(req, res, form) : showKiosk(deps, req, res, link, atTheDayShown(form), 422)
    if (!parsed.ok) return again(typed)
    const done = await runCommand(typed, () => recordAtKiosk(deps, param(req, 'token'), parsed.value))
    if (!done.ok) return again(done.form)
    return answer(req, res, linkPath('kiosk', param(req, 'token')), parsed.value.duration)
  })

async function answer(req: Request, res: Response, path: string, minutes: number) {
  const said = { duration: req.t.minutes(minutes) }
  if (asksJson(req)) return res.json({ text: req.t('hours.kiosk.done', said) })
  req.session.flash('hours.kiosk.done', said)
  return redirect(req, res, path)
}

async function showOwn(deps: Deps, req: Request, res: Response, link: LinkRow, form: Form, status = 200) {
  const personId = link.person_id!
  const path = linkPath('own', param(req, 'token'))
  const person = await findPerson(deps.db, personId)
  const page = await readPage(ledger.entriesList(deps.db, { personId }), placeAsked(req), PAGE)
  const year = Number((await today(deps)).slice(0, 4))
  const approved = (await ledger.listApproved(deps.db, year, personId)).reduce((sum, { minutes }) => sum + minutes, 0)
  await res.page(
    'hours/own-link',
    {
      title: req.t('hours.link.own_title', { name: person?.given_name ?? '' }),
      robots: 'noindex',
      action: path,
      form: { ...form, values: { form_id: deps.newId(), ...form.values } },
      choices: await formChoices(deps, req, personId),
      ...asksOf(form),
      year: String(year),
      total: req.t.minutes(approved),
      entries: page.rows.map((entry) => pages.entryOf(entry, req.t)),
      pager: pagerByRow(page, (to) => addressWith(path, to)),
    },
    status,
  )
}

export const own = (deps: Deps): Handler =>
  withLink(deps, 'own', (req, res, link) => showOwn(deps, req, res, link, emptyForm()))

export const recordOwn = (deps: Deps): Handler =>
  withLink(deps, 'own', async (req, res, link) => {
    await limit(deps, req, link)
    const parsed = parseForm(hoursForm, joinChoices(req.body))
    const typed = { values: { ...typedValues(req.body), ...parsed.form.values }, errors: parsed.form.errors }
    const again = (form: Form) =>
      asksJson(req) ? refuse(req, res, form) : showOwn(deps, req, res, link, atTheDayShown(form), 422)
    if (!parsed.ok) return again(typed)
    const done = await runCommand(typed, () => recordByLink(deps, param(req, 'token'), parsed.value))
    if (!done.ok) return again(done.form)
    return answer(req, res, linkPath('own', param(req, 'token')), parsed.value.duration)
  })
