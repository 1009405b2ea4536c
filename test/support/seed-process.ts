// SPDX-License-Identifier: AGPL-3.0-or-later
// Fills the data folder of a process before it starts. Arguments: the kind of association, then optionally `things`.
import { readConfig } from '../../config/env.ts'
import { createInstance } from '../../server/create-instance.ts'
import { fillThings } from '../browser/things.ts'
import { fillWorld } from './world.ts'

const reading = readConfig(process.env)
if (!reading.ok) throw new Error(reading.faults.join('\n'))
const instance = await createInstance(reading.config)
const kind = process.argv[2]
const ids = await fillWorld(instance.deps, kind === 'centre' || kind === 'both' ? { kind } : { kind: 'association' })
if (process.argv[3] === 'things') await fillThings(instance.deps, ids.farid)
await instance.stop()
