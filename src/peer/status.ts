/**
 * `down`: between two sessions. `connecting`: on the way to one. `joined`: in one, all registrations and subscriptions in force.
 * `degraded`: in one, some refused by the router. `parked`: given up by its supervisor, restartable by hand. `stopped`: over.
 */
export type PeerStatus = 'down' | 'connecting' | 'joined' | 'degraded' | 'parked' | 'stopped';
