// SPDX-License-Identifier: AGPL-3.0-or-later
import type { LevelRow } from '../../../db/queries/hours.ts'
import type { Statement } from '../../hours/statement.ts'
import type { Translator } from '../../text/i18n.ts'
import { simulate, type Simulation } from '../simulation.ts'

type Given = {
  levels: readonly LevelRow[]
  currency: string
  simulation: Simulation | undefined
  result: Statement | undefined
}

export function simulationPage(t: Translator, { levels, currency, simulation, result }: Given) {
  const label = (id: string) => {
    const level = levels.find((one) => one.id === id)
    return level ? t.text(level.label).text : t(levels.length > 0 ? 'hours.settings.no_level' : 'years.simulation.all')
  }
  const ids = [...levels.map(({ id }) => id), '']
  return {
    rows: ids.map((id) => ({ id, label: label(id) })),
    result: simulation && result && tableOf(t, { ids, label, currency, simulation, result }),
  }
}

type Shown = {
  ids: string[]
  label: (id: string) => string
  currency: string
  simulation: Simulation
  result: Statement
}

function tableOf(t: Translator, { ids, label, currency, simulation, result }: Shown) {
  const of = (id: string) => result.lines.filter(({ levelId }) => (levelId ?? '') === id)
  // Hours of a level that was put away count with those of no level.
  const known = new Set(ids)
  const others = result.lines.filter(({ levelId }) => levelId !== null && !known.has(levelId))
  const minutes = ids
    .map((levelId) => ({
      levelId,
      minutes: [...of(levelId), ...(levelId === '' ? others : [])].reduce((sum, line) => sum + line.minutes, 0),
    }))
    .filter((one) => one.minutes !== 0)
  const methods = simulate(simulation, minutes).filter(({ cells }) => cells.some((cents) => cents !== null))
  const money = (cents: number | null) => ({
    text: cents === null ? t('hours.statement.no_rate') : t.money(cents, currency),
  })
  const total = minutes.reduce((sum, one) => sum + one.minutes, 0)
  return {
    year: simulation.year,
    isEmpty: minutes.length === 0 || methods.length === 0,
    caption: t('years.simulation.caption', { year: simulation.year }),
    columns: [
      { label: t('hours.column.level') },
      { label: t('hours.column.hours'), num: true },
      ...methods.map(({ method }) => ({ label: t(`years.method.${method}`), num: true })),
    ],
    rows: minutes.map((one, at) => ({
      cells: [
        { text: label(one.levelId) },
        { text: t.minutes(one.minutes) },
        ...methods.map(({ cells }) => money(cells[at]!)),
      ],
    })),
    foot: {
      cells: [
        { text: t('hours.statement.total') },
        { text: t.minutes(total) },
        ...methods.map((one) => money(one.total)),
      ],
    },
    choices: methods
      .filter((one) => one.total !== null)
      .map(({ method }) => ({ href: `/work/hours/simulation/${method}`, label: t(`hours.method.${method}`) })),
  }
}
