// SPDX-License-Identifier: AGPL-3.0-or-later
// The code at the kiosk of an event and the link of a person, as the team sets them; and whoever typed a name at a kiosk.
import type { Request, Response } from 'express'
import { firstRows } from '../../../db/keyset.ts'
import { findOffer } from '../../../db/queries/offers.ts'
import * as store from '../../../db/queries/hours-links.ts'
import { listCategories } from '../../../db/queries/hours.ts'
import { findPerson, peopleList } from '../../../db/queries/people.ts'
import { findProjectOfOffer, listProjects } from '../../../db/queries/projects.ts'
import { addDays } from '../../base/days.ts'
import type { Deps } from '../../deps.ts'
import { lastEventDay } from '../../model/offer/event-days.ts'
import { fullName } from '../../model/person.ts'
import { qrCode } from '../../text/qr.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, namedOptions, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import * as commands from '../commands/links.ts'
import { setProjectOfOffer } from '../commands/projects.ts'
import { chosenProjectForm, linkForm } from '../forms.ts'
import { linkUrl } from '../link.ts'
import { kioskLineOf, linkOf } from '../pages/kiosk.ts'
import { labelOf } from '../pages/sheet.ts'
import { today } from '../responses.ts'

/** Days after the event, and days for a person, that a new link lives. */
const LIFE = { event: 14, person: 365 }
const MOST_LINES = 50
const MOST_FOUND = 10

type Of = { of: store.LinkOf; path: string }

const ofRequest = (req: Request): Of => {
  const offerId = param(req, 'offer')
  const personId = param(req, 'person')
  return offerId === ''
    ? { of: { personId }, path: `/work/hours/links/people/${personId}` }
    : { of: { offerId }, path: `/work/hours/links/offers/${offerId}` }
}

async function subjectOf(deps: Deps, req: Request, of: store.LinkOf, day: string) {
  if ('offerId' in of) {
    const offer = await findOffer(deps.db, of.offerId)
    if (!offer || offer.revision === 0) throw new NotFound()
    const last = lastEventDay(offer.content) ?? day
    return {
      name: req.t.text(offer.content.title).text,
      backHref: `/work/offers/${offer.id}`,
      expires_on: addDays(last > day ? last : day, LIFE.event),
      isEvent: true,
      email: '',
      project: (await findProjectOfOffer(deps.db, offer.id)) ?? '',
    }
  }
  const person = await findPerson(deps.db, of.personId)
  if (!person) throw new NotFound()
  const name = fullName(person)
  return {
    name,
    backHref: `/work/people/${person.id}`,
    expires_on: addDays(day, LIFE.person),
    isEvent: false,
    email: person.email,
    project: '',
  }
}

async function showLink(deps: Deps, req: Request, res: Response, form: Form, status = 200, project?: Form) {
  const { of, path } = ofRequest(req)
  const day = await today(deps)
  const subject = await subjectOf(deps, req, of, day)
  const link = await store.findLinkOf(deps.db, of)
  const url = link ? linkUrl(deps, link) : ''
  const shown = link && linkOf(req.t, link, day)
  const values = { expires_on: link?.expires_on ?? subject.expires_on, category: link?.category_id ?? '' }
  // Whoever sees this address can record hours.
  res.set('Cache-Control', 'no-store')
  await res.page(
    'hours/link',
    {
      title: req.t(subject.isEvent ? 'hours.link.kiosk_title' : 'hours.link.person_title', { name: subject.name }),
      ...subject,
      association: req.site.name,
      base: path,
      link: shown,
      url: shown?.isOpen ? url : '',
      code: shown?.isOpen && subject.isEvent ? qrCode(url) : null,
      form: { ...form, values: { ...values, ...form.values } },
      today: day,
      projects: subject.isEvent ? namedOptions(await listProjects(deps.db)) : [],
      projectForm: project ?? emptyForm({ project: subject.project }),
      categories: (await listCategories(deps.db)).map(({ id, label }) => ({
        value: id,
        label: req.t.text(label).text,
      })),
    },
    status,
  )
}

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showLink(deps, req, res, emptyForm())

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { of, path } = ofRequest(req)
    const parsed = parseForm(linkForm, req.body)
    if (!parsed.ok) return showLink(deps, req, res, parsed.form, 422)
    const done = await runCommand(parsed.form, () => commands.saveLink(deps, req.viewer, of, parsed.value))
    if (!done.ok) return showLink(deps, req, res, done.form, 422)
    req.session.flash('hours.link.saved')
    return redirect(req, res, path)
  }

export const setProject =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(chosenProjectForm, req.body)
    const set = (project: string) => setProjectOfOffer(deps, req.viewer, param(req, 'offer'), project)
    const done = parsed.ok ? await runCommand(parsed.form, () => set(parsed.value.project)) : parsed
    if (!done.ok) return showLink(deps, req, res, emptyForm(), 422, done.form)
    req.session.flash('hours.link.project_done')
    return redirect(req, res, ofRequest(req).path)
  }

export const renew =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { of, path } = ofRequest(req)
    await commands.renewLink(deps, req.viewer, of)
    req.session.flash('hours.link.renewed')
    await redirect(req, res, path)
  }

export const turn =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { of, path } = ofRequest(req)
    const isOn = typedValues(req.body).to === 'on'
    await commands.switchLink(deps, req.viewer, of, isOn)
    req.session.flash(isOn ? 'hours.link.turned_on' : 'hours.link.turned_off')
    await redirect(req, res, path)
  }

export const mail =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { path } = ofRequest(req)
    await commands.mailLink(deps, req.viewer, param(req, 'person'))
    req.session.flash('hours.link.mailed')
    await redirect(req, res, path)
  }

/** People with the name that was typed come first among those to choose from. */
async function candidatesFor(deps: Deps, line: store.KioskLine) {
  const q = [line.family_name, line.given_name].filter(Boolean).join(' ')
  const found = await firstRows(peopleList(deps.db, { who: 'active', q }), MOST_FOUND)
  const others =
    found.length > 0
      ? []
      : await firstRows(peopleList(deps.db, { who: 'active', q: line.family_name || line.given_name }), MOST_FOUND)
  return [...found, ...others].map((person) => ({ value: person.id, label: labelOf(person) }))
}

/** @param failed the line whose form has the faults. */
async function showTyped(deps: Deps, req: Request, res: Response, form: Form, failed = '') {
  const lines = await store.listKioskLines(deps.db, MOST_LINES)
  const rows = []
  for (const line of lines)
    rows.push({
      ...kioskLineOf(req.t, line),
      form: line.id === failed ? form : emptyForm(),
      people: await candidatesFor(deps, line),
    })
  await res.page(
    'hours/kiosk-lines',
    { title: req.t('hours.kiosk.typed_title'), form, failed, rows },
    failed ? 422 : 200,
  )
}

export const typed =
  (deps: Deps): Handler =>
  (req, res) =>
    showTyped(deps, req, res, emptyForm())

const TYPED = '/work/hours/kiosk'

export const attach =
  (deps: Deps): Handler =>
  async (req, res) => {
    const person = String(typedValues(req.body).person ?? '')
    const done = await runCommand(emptyForm(), () =>
      commands.attachKioskLine(deps, req.viewer, param(req, 'typed'), person),
    )
    if (!done.ok) return showTyped(deps, req, res, done.form, param(req, 'typed'))
    req.session.flash('hours.kiosk.attached')
    return redirect(req, res, TYPED)
  }

export const count =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.countKioskLine(deps, req.viewer, param(req, 'typed'))
    req.session.flash('hours.kiosk.counted')
    await redirect(req, res, TYPED)
  }

export const drop =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.dropKioskLine(deps, req.viewer, param(req, 'typed'))
    req.session.flash('hours.kiosk.dropped')
    await redirect(req, res, TYPED)
  }
