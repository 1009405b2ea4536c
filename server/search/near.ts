// SPDX-License-Identifier: AGPL-3.0-or-later
// The nearest town of somebody who asks for it with « Près de moi ». Their browser sends its position to a kilometre or
// so; it is neither stored nor logged, and stands in no address.
import type { Deps } from '../deps.ts'
import { typedValues } from '../web/forms.ts'
import type { Handler } from '../web/handler.ts'
import { townLabel } from './towns.ts'

/** Further away, no town is « near ». */
const MOST_KM = 50

/** Answers `{ town }`, as the field of the search takes it; '' when there is none, or what was sent is no position. */
export const near =
  (deps: Deps): Handler =>
  (req, res) => {
    const { latitude, longitude } = typedValues(req.body)
    const at = [degrees(latitude, 90), degrees(longitude, 180)] as const
    const [town] = at.every(Number.isFinite) ? deps.places.near(...at, MOST_KM, 1) : []
    res.set('Cache-Control', 'no-store')
    return res.json({ town: town ? townLabel(town) : '' })
  }

/** Two digits after the point are about a kilometre: no more is used, whatever was sent. */
function degrees(typed: unknown, most: number): number {
  const value = typeof typed === 'string' && typed.trim() !== '' ? Number(typed) : Number.NaN
  return Math.abs(value) <= most ? Math.round(value * 100) / 100 : Number.NaN
}
