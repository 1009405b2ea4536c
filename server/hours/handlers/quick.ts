// SPDX-License-Identifier: AGPL-3.0-or-later
// Own hours as the week before, and the timer.
import type { Request, Response } from 'express'
import { listDayLines } from '../../../db/queries/hours.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, typedValues, type Form } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import * as commands from '../commands/quick.ts'
import { copyForm } from '../forms.ts'
import { copyFaults, copyRows, type CopyRow } from '../pages/quick.ts'
import { today } from '../responses.ts'
import { hasTwin } from '../rules.ts'

async function rowsOf(deps: Deps, personId: string): Promise<CopyRow[]> {
  const lines = await commands.linesToCopy(deps.db, personId, await today(deps))
  const days = [...new Set(lines.map(commands.copiedDay))]
  const known = new Map(
    await Promise.all(days.map(async (day) => [day, await listDayLines(deps.db, day, [personId])] as const)),
  )
  return lines.map((line) => {
    const day = commands.copiedDay(line)
    return { line, day, hasTwin: hasTwin(known.get(day)!, { minutes: line.minutes, offerId: line.offer_id }) }
  })
}

type Shown = { form: Form; kept?: commands.Copied['kept']; status?: number; notice?: string }

async function showWeek(deps: Deps, req: Request, res: Response, { form, kept, status = 200, notice }: Shown) {
  const rows = await rowsOf(deps, req.viewer.personId ?? '')
  const chosen = form.values.lines === undefined ? null : [form.values.lines].flat()
  const values = { form_id: deps.newId(), ...form.values }
  await res.page(
    'hours/last-week',
    {
      title: req.t('hours.copy.title'),
      notice,
      form: { values, errors: { ...form.errors, ...(kept && copyFaults(req.t, rows, kept)) } },
      rows: copyRows(req.t, rows, status === 200 ? null : (chosen ?? [])),
    },
    status,
  )
}

export const week =
  (deps: Deps): Handler =>
  (req, res) =>
    showWeek(deps, req, res, { form: emptyForm() })

export const copy =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(copyForm, req.body)
    if (!parsed.ok)
      return showWeek(deps, req, res, { form: { ...parsed.form, values: typedValues(req.body) }, status: 422 })
    const { count, minutes, kept } = await commands.copyWeek(deps, req.viewer, parsed.value)
    const key = count === 1 ? 'hours.copy.done.one' : 'hours.copy.done.other'
    const said = { count, total: req.t.minutes(minutes) }
    if (kept.size > 0) {
      const form = emptyForm({ lines: [...kept.keys()] })
      return showWeek(deps, req, res, { form, kept, status: 422, notice: count > 0 ? req.t(key, said) : '' })
    }
    if (count > 0) req.session.flash(key, said)
    return redirect(req, res, '/my/hours')
  }

export const start =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.startTimer(deps, req.viewer)
    await redirect(req, res, '/my/hours')
  }

export const stop =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.endTimer(deps, req.viewer)
    await redirect(req, res, '/my/hours')
  }

export const drop =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { timer = '' } = typedValues(req.body)
    await commands.dropTimer(deps, req.viewer, String(timer))
    await redirect(req, res, '/my/hours')
  }
