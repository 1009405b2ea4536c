// SPDX-License-Identifier: AGPL-3.0-or-later
// A volunteer's own Compte d'engagement citoyen.
import type { Request, Response } from 'express'
import { findFile } from '../../../db/queries/cec.ts'
import { listCategories } from '../../../db/queries/hours.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { query, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { declare, minutesOf, setElsewhere } from '../commands/files.ts'
import { declarationForm, elsewhereForm } from '../forms.ts'
import { gaugesOf, sourceOf, stateOf, stepsOf } from '../pages/parts.ts'
import { allOf, datesOf, daysFor, gaugeOf, isTimeToDeclare, yearToDeclare } from '../rules.ts'
import { askedYear, readHere, sendPaper, showPaper } from '../responses.ts'

type Forms = { elsewhere?: Form; declaration?: Form }

const yearIn = (req: Request): string =>
  String((req.body as { year?: unknown } | undefined)?.year ?? query(req, 'year'))

async function showMine(deps: Deps, req: Request, res: Response, forms: Forms = {}, status = 200) {
  const { association, today } = await readHere(deps)
  const thisYear = Number(today.slice(0, 4))
  const { year, rules } = askedYear(yearIn(req), today, thisYear)
  const personId = req.viewer.personId ?? ''
  const categories = (await listCategories(deps.db)).filter(({ cec_role }) => cec_role !== '')
  const minutes = await minutesOf(deps.db, personId, year)
  const file = await findFile(deps.db, personId, year)
  const gauge = gaugeOf(rules, allOf(minutes), file?.elsewhere_minutes ?? 0)
  const { declareBy } = datesOf(rules, year)
  const isOpen = ['begun', 'told'].includes(file?.state ?? 'begun')
  const mayDeclare = isOpen && allOf(minutes) > 0 && isTimeToDeclare(rules, year, today)
  const elsewhere = String((file?.elsewhere_minutes ?? 0) / 60 || '')
  await res.page(
    'cec/mine',
    {
      title: req.t('cec.mine.title'),
      year: String(year),
      years: [thisYear, yearToDeclare(today)].map((one) => ({
        label: String(one),
        href: `/my/cec?year=${one}`,
        current: one === year,
      })),
      counts: categories.map(({ label, cec_role }) => ({
        label: req.t.text(label).text,
        role: req.t(cec_role === 'governing' ? 'hours.cec.governing' : 'hours.cec.supervising'),
      })),
      gauges: gaugesOf(req.t, rules, minutes, gauge),
      isReached: gauge.isReached,
      hasHours: allOf(minutes) > 0,
      state: stateOf(req.t, file),
      hasState: !isOpen || file?.state === 'told',
      reason: file?.reason ?? '',
      steps: stepsOf(req.t, rules, year, association),
      isClosed: today > declareBy && isOpen,
      closedText: req.t('cec.mine.closed', { day: req.t.date(declareBy, 'short') }),
      mayDeclare,
      elsewhereForm: forms.elsewhere ?? emptyForm({ elsewhere }),
      declarationForm: forms.declaration ?? emptyForm(),
      lastDay: daysFor('declare', rules, year, today).until,
      source: sourceOf(req.t, rules),
    },
    status,
  )
}

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showMine(deps, req, res)

/** @throws NotFound as askedYear. */
async function yearOf(deps: Deps, req: Request): Promise<number> {
  const { today } = await readHere(deps)
  return askedYear(yearIn(req), today, Number(today.slice(0, 4))).year
}

export const saveElsewhere =
  (deps: Deps): Handler =>
  async (req, res) => {
    const year = await yearOf(deps, req)
    const parsed = parseForm(elsewhereForm, req.body)
    if (!parsed.ok) return showMine(deps, req, res, { elsewhere: parsed.form }, 422)
    await setElsewhere(deps, req.viewer, year, parsed.value.elsewhere)
    req.session.flash('cec.mine.elsewhere_done')
    await redirect(req, res, `/my/cec?year=${year}`)
  }

export const declareMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    const year = await yearOf(deps, req)
    const parsed = parseForm(declarationForm, req.body)
    const done = parsed.ok
      ? await runCommand(parsed.form, () => declare(deps, req.viewer, year, parsed.value.day))
      : parsed
    if (!done.ok) return showMine(deps, req, res, { declaration: done.form }, 422)
    req.session.flash('cec.mine.declared')
    await redirect(req, res, `/my/cec?year=${year}`)
  }

export const paper =
  (deps: Deps): Handler =>
  (req, res) =>
    showPaper(deps, req, res, req.viewer.personId ?? '', {
      back: '/my/cec',
      pdf: (name, year) => `/my/cec/${name}.pdf?year=${year}`,
    })

export const pdf =
  (deps: Deps): Handler =>
  (req, res) =>
    sendPaper(deps, req, res, req.viewer.personId ?? '')
