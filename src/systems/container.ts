import { run } from '../text/advice.ts';
import { excerpt } from '../text/excerpt.ts';
import { MODULES_FILE } from './own-files.ts';
import type { System } from './system.ts';
import { append } from './systemd.ts';

/** A node that is itself a container. Asked first: Talos also runs in Docker, where it is the outer host that decides. */
export const container: System = {
  id: 'container',
  title: 'a node that is a container (kind, k3d, minikube, LXC)',
  is: (facts) => Boolean(facts.container),
  filesNotWritten: (facts) => `this node is a container (${excerpt(`${facts.container}`)})`,
  editable: true,
  packaged: false,
  loadModule: () => [],
  setSysctl: (key, to) => [run(`sysctl -w ${key}=${to}`)],
  keepModule: (module) => [
    run(`modprobe ${module}`, "On the machine that runs this node's container"),
    run(append(module, MODULES_FILE), 'There, for its next boot'),
  ],
  keepSysctl: (key, to) => [
    `It lasts as long as the container: to keep it, create the container with --sysctl ${key}=${to}`,
  ],
};
