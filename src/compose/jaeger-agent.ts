// The UDP ports of the Jaeger agent, opened after the listeners. Datagrams bring no credentials and no
// tenant: where those are asked for, the ports stay closed.
import type { Config } from '#config/options.ts';
import { messageOf } from '#lib/errors.ts';
import { type AgentDeps, createJaegerAgent } from '#receiver/jaeger/agent.ts';
import type { BoundListener } from '#server/server.ts';
import { hasCredentials, portOf, type UdpPortName, udpPorts } from './settings.ts';

export interface AgentPorts {
  /** One that cannot be opened costs a warning. */
  open(takesFreePorts: boolean): Promise<readonly BoundListener[]>;
  stop(): Promise<void>;
}

export function createAgentPorts(config: Config, deps: AgentDeps): AgentPorts {
  const agent = createJaegerAgent(deps);
  const host = config.listen;
  const open = async (name: UdpPortName, isFree: boolean): Promise<BoundListener> => {
    try {
      const port = await agent.listen(host, isFree ? 0 : portOf(name, config));
      return { name, host, port, problem: undefined };
    } catch (error) {
      const problem = messageOf(error);
      deps.logger.warn(problem, { listener: name });
      return { name, host, port: undefined, problem };
    }
  };
  return {
    async open(takesFreePorts) {
      if (hasCredentials(config) || config['tenancy.enabled']) return [];
      const names = Object.keys(udpPorts) as UdpPortName[];
      return Promise.all(names.map((name) => open(name, takesFreePorts)));
    },
    stop: agent.stop,
  };
}
