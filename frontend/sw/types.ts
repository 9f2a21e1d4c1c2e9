export interface Words {
  offline: string;
  slow: string;
}

export interface Build {
  version: string;
  assets: string[];
  offline: string;
  logout: string;
  door: string;
  keep: string[]; // what the paths of kept pages begin with
  keepOnly: string[]; // whole paths
  words: Record<string, Words>;
}
