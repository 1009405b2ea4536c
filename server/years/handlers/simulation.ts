// SPDX-License-Identifier: AGPL-3.0-or-later
// Trying methods side by side, and taking one of them.
import { createHash } from 'node:crypto'
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { listLevels, listYears, type LevelRow } from '../../../db/queries/hours.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { addRates, foreseeChange, type RateChange, type RateInput } from '../../hours/commands/rates.ts'
import { maySetRates, reachToTry } from '../../hours/policy.ts'
import { addressIn } from '../../hours/choice.ts'
import { partOfValue } from '../../hours/responses.ts'
import { RATE_METHODS, type RateMethod } from '../../hours/methods.ts'
import { changeOf } from '../../hours/pages/rates.ts'
import { Conflict, NotFound, Refused } from '../../web/errors.ts'
import { emptyForm, parseForm, typedValues, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { adoptionForm, simulationForm } from '../forms.ts'
import { addUpYear } from '../live.ts'
import { simulationPage } from '../pages/simulation.ts'
import { yearOfCode, yearsWithHours } from '../rules.ts'
import { amountOf, type Simulation } from '../simulation.ts'
import { firstMonth } from '../commands/settings.ts'

const HERE = '/work/hours/simulation'
/** What was typed last, in the session: amounts that nobody has decided on belong nowhere else. */
const KEPT = 'simulation'
type Kept = { typed: Record<string, string | string[]>; simulation: Simulation }

const keptOf = (req: Request) => req.session.get(KEPT) as Kept | undefined

const openLevels = async (deps: Deps): Promise<LevelRow[]> =>
  (await listLevels(deps.db)).filter(({ archived_at }) => archived_at === null)

async function yearOptions(deps: Deps) {
  const { time_zone } = await getAssociation(deps.db)
  const month = await firstMonth(deps.db)
  const years = yearsWithHours(await listYears(deps.db), month, dateIn(time_zone, deps.clock.now()))
  return years.map(({ code }) => ({ value: code, label: code }))
}

async function showSimulation(deps: Deps, req: Request, res: Response, form?: Form, status = 200) {
  const kept = keptOf(req)
  const levels = await openLevels(deps)
  const { currency } = await getAssociation(deps.db)
  const year = yearOfCode(kept?.simulation.year ?? '')
  const part = await partOfValue(deps, req, reachToTry(req.viewer))
  const live = kept && year ? await addUpYear(deps, year, true, part?.choice) : undefined
  await res.page(
    'years/simulation',
    {
      title: req.t('years.simulation.title'),
      ...simulationPage(req.t, { levels, currency, simulation: kept?.simulation, result: live?.result }),
      mayAdopt: maySetRates(req.viewer),
      ofPart: part,
      back: addressIn(part, '/work/hours/years'),
      form: form ?? emptyForm(kept?.typed ?? {}),
      years: await yearOptions(deps),
      currency: currency === 'CAD' ? '$' : '€',
    },
    status,
  )
}

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    showSimulation(deps, req, res)

export const run =
  (deps: Deps): Handler =>
  async (req, res) => {
    const part = await partOfValue(deps, req, reachToTry(req.viewer))
    const levels = ['', ...(await openLevels(deps)).map(({ id }) => id)]
    const parsed = parseForm(simulationForm(levels), req.body)
    if (!parsed.ok) return showSimulation(deps, req, res, parsed.form, 422)
    const { year, wage, flat } = parsed.value
    const typed = parsed.value as Record<string, unknown>
    const of = (name: string, id: string) => (typed[`${name}_${id}`] ?? null) as number | null
    const inputs = levels.map((id) => [
      id,
      { times: of('times', id), replacement: of('replacement', id), scale: of('scale', id) },
    ])
    const simulation: Simulation = { year, wage, flat, levels: Object.fromEntries(inputs) as Simulation['levels'] }
    const { _csrf, ...values } = typedValues(req.body)
    req.session.set(KEPT, { typed: values, simulation } satisfies Kept)
    await redirect(req, res, addressIn(part, HERE))
  }

function askedMethod(req: Request): RateMethod {
  const method = RATE_METHODS.find((one) => one === param(req, 'method'))
  if (!method) throw new NotFound()
  return method
}

/** The amounts of a method, one for hours without a level and one for each level. @throws Refused when one is missing. */
async function inputsOf(deps: Deps, req: Request): Promise<Omit<RateInput, 'valid_from' | 'source' | 'decision'>[]> {
  const method = askedMethod(req)
  const kept = keptOf(req)
  const ids = ['', ...(await openLevels(deps)).map(({ id }) => id)]
  return ids.map((id) => {
    const found = kept && amountOf(kept.simulation, method, id)
    if (!found) throw new Refused('years.refused.simulation')
    return { category: id, method, ...found }
  })
}

/** Stands for the amounts that are shown, so that no others are taken: another page may have tried others meanwhile. */
const digestOf = (inputs: unknown): string => createHash('sha256').update(JSON.stringify(inputs)).digest('base64url')

async function showAdoption(
  deps: Deps,
  req: Request,
  res: Response,
  form: Form,
  about: { change?: RateChange; status?: number } = {},
) {
  const inputs = await inputsOf(deps, req)
  const levels = await openLevels(deps)
  const { currency } = await getAssociation(deps.db)
  const nameOf = (id: string) => levels.find((level) => level.id === id)?.label
  await res.page(
    'years/adoption',
    {
      title: req.t('years.adoption.title', { method: req.t(`hours.method.${askedMethod(req)}`) }),
      method: askedMethod(req),
      amounts: inputs.map(({ category, amount, times }) => ({
        label: req.t.text(nameOf(category) ?? {}).text || req.t('hours.rates.all'),
        amount: req.t.money(amount, currency),
        times: times === null || times === 100 ? '' : req.t.number(times / 100),
      })),
      form,
      formId: deps.newId(),
      seen: digestOf(inputs),
      change: about.change && changeOf(req.t, about.change, levels, currency),
    },
    about.status ?? 200,
  )
}

export const askAdoption =
  (deps: Deps): Handler =>
  (req, res) =>
    showAdoption(deps, req, res, emptyForm())

/** The rates of the method are then dated ones like all others. */
export const adopt =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(adoptionForm, req.body)
    if (!parsed.ok) return showAdoption(deps, req, res, parsed.form, { status: 422 })
    const { agreed, amounts, ...dated } = parsed.value
    const shown = await inputsOf(deps, req)
    const inputs = shown.map((input) => ({ ...input, ...dated }))
    const add = async () => {
      if (amounts !== digestOf(shown)) throw new Conflict('years.adoption.changed')
      await addRates(deps, req.viewer, { inputs, agreed }, sentForm(req))
    }
    const done = await runCommand(parsed.form, add, { conflict: true })
    if (!done.ok) {
      const change = await foreseeChange(deps, { add: inputs })
      return showAdoption(deps, req, res, done.form, { change, status: done.status })
    }
    req.session.flash('years.adoption.done')
    await redirect(req, res, '/work/hours/settings')
  }
