// SPDX-License-Identifier: AGPL-3.0-or-later
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { textsFor } from '../../config/node/texts.js'
import { countDone } from '../../db/queries/demo.ts'
import { FORGOTTEN } from '../audit/rules.ts'
import { readFrom } from './online.ts'
import type { Demo } from './run.ts'

/** `done`: people, applications and events by a person in each instance after the filling (countDone). */
type Mark = { port: number; empty: boolean; done?: number[] }

const WITHOUT_LOSS = [...FORGOTTEN, 'session.signed_in']

export function readMark(file: string): Mark | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Mark) : undefined
}

export async function writeMark(file: string, demo: Demo): Promise<void> {
  const { port, empty } = demo.options
  const mark: Mark = { port, empty, done: await doneIn(demo) }
  writeFileSync(file, JSON.stringify(mark) + '\n')
}

/** @throws when a filling of the other kind would delete what people did since. */
export async function refuseLoss(demo: Demo, made: Mark): Promise<void> {
  const done = await doneIn(demo)
  if (made.done && done.every((count, index) => count === made.done![index])) return
  throw new Error(textsFor(process.env)(made.empty ? 'cli.demo.used_empty' : 'cli.demo.used_filled'))
}

const doneIn = (demo: Demo): Promise<number[]> =>
  Promise.all(demo.places.map((_, index) => readFrom(demo, index, (db) => countDone(db, WITHOUT_LOSS))))
