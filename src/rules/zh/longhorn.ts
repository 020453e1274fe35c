import type { Translation } from '../../judge/translation.ts';

export const longhorn: Translation = {
  rule: 'longhorn',
  title: '内核具备 Longhorn 挂接卷所需要的功能',
  when: '不要求：仅在节点有 /var/lib/longhorn 或 /dev/longhorn 时显示',
  from: ['Longhorn 的 instance manager'],
  symptoms: ['卷不断地挂接和解除挂接，使用它们的 Pod 不能启动。'],
  meaning: [
    'Longhorn 通过 iSCSI（`iscsi_tcp`）挂接卷，用 `dm_crypt` 加密。SUSE 的最小化内核（`kernel-default-base`）和小型计算机的内核没有这些模块。',
  ],
  needed: [['节点有 /var/lib/longhorn 或 /dev/longhorn', 'dm_crypt 只用于加密的卷'], ['两者都没有']],
  neededNotes: [
    'Longhorn 自己的检查（`longhornctl check preflight`）报告服务 `iscsid` 是否运行，以及有哪些 NFS 版本可用。',
  ],
};
