#!/usr/bin/env escript
%%! +S 1:1
%% Runs scenarios (scenario.ts) on the stdlib supervisor of the Erlang at hand, and prints the trace that each leaves.
%%
%%     escript oracle.escript PARALLEL < scenarios
%%
%% In: one term `{Name, Tree, Steps}.` a line. Objects are maps; of the arrays `children`, `steps`, `exits`, `specs`, `omit`
%% and `start` are lists, the others tuples. Out: one line of JSON a scenario, `{"name":..,"trace":[..]}` or `{"name":..,"error":..}`,
%% in the order in which they end. Every scenario has a deadline, so the program ends also when nobody waits for it.
%%
%% There is one scheduler thread: what a process sends as it dies is sent before anybody reacts to it. So the order in
%% which events reach the collector is the order of cause and effect.
%%
%% A node has two names: `id`, which its supervisor knows, and `as`, which the traces use: `~s1/a` for the child `a` of the
%% dynamic supervisor `~s1/..`.
-mode(compile).
-export([init/1, start_node/2, start_dynamic/4, worker/5, log/2]).

-define(DEADLINE_MS, 30000).
-define(QUIET_MS, 2).

main([Parallel]) ->
    ok = logger:remove_handler(default),
    ok = logger:set_primary_config(level, info),
    ok = logger:add_handler(oracle, ?MODULE, #{}),
    pool(scenarios(), #{}, list_to_integer(Parallel)).

scenarios() ->
    case io:read(standard_io, '') of
        {ok, Scenario} -> [Scenario | scenarios()];
        eof -> []
    end.

pool([], Running, _) when map_size(Running) =:= 0 ->
    ok;
pool([{Name, _, _} = Scenario | Rest], Running, Parallel) when map_size(Running) < Parallel ->
    {_, Ref} = spawn_monitor(fun() -> run(Scenario) end),
    pool(Rest, Running#{Ref => Name}, Parallel);
pool(Waiting, Running, Parallel) ->
    receive
        {'DOWN', Ref, process, _, Reason} ->
            {Name, Left} = maps:take(Ref, Running),
            Reason =:= normal orelse print(#{name => Name, error => text(io_lib:format("~0p", [Reason]))}, #{}),
            pool(Waiting, Left, Parallel)
    end.

%% ---- One scenario.

run({Name, #{id := Root} = Node, Steps}) ->
    {ok, _} = timer:exit_after(?DEADLINE_MS, too_slow),
    Tree = Node#{as => Root},
    Nothing = #{scripts => #{}, attempts => #{}, latest => #{}, names => #{}},
    Collector = spawn_link(fun() -> collector(Nothing, {[], []}, 0) end),
    declare(Collector, Tree),
    Runner = self(),
    Parent = spawn_link(fun() -> parent(Runner, Collector, Tree) end),
    Started = receive {started, Result} -> Result end,
    quiet(Collector),
    World = #{collector => Collector, parent => Parent, root => Root},
    First = record(0, start, {result, Started}, #{}, World),
    {Trace, _} = lists:mapfoldl(
        fun({Index, Step}, Answers) ->
            {Answer, More} = perform(Step, World, Answers),
            case Step of
                #{settle := Ms} -> timer:sleep(Ms);
                _ -> quiet(Collector)
            end,
            {record(Index, maps:get(op, Step), Answer, Step, World), More}
        end, #{}, lists:zip(lists:seq(1, length(Steps)), Steps)),
    print(#{name => Name, trace => [First | Trace]}, call(Collector, names)),
    %% A supervisor that was never stopped, and workers that ignore everything else.
    unlink(Parent),
    exit(Parent, kill),
    [exit(Pid, kill) || {_, Pid, _} <- call(Collector, alive)],
    ok.

%% The root's parent: it traps exits, and its exit signals are the ones that the root obeys.
parent(Runner, Collector, Tree) ->
    process_flag(trap_exit, true),
    Started = start_node(Collector, Tree),
    Runner ! {started, Started},
    parent(Started).

parent(Started) ->
    receive
        {stop, Reason} ->
            {ok, Root} = Started,
            exit(Root, Reason),
            parent(Started);
        _ ->
            parent(Started)
    end.

record(Index, Op, Answer, Step, #{collector := Collector}) ->
    %% A snapshot waits for blocked supervisors, so it comes before the events are taken.
    State = case Step of
        #{snapshot := false} -> #{};
        _ -> #{state => maps:from_list([{As, state(Sup)} || {As, _, #{kind := supervisor} = Sup} <- call(Collector, alive)])}
    end,
    Result = case Answer of
        {result, R} -> #{result => R};
        none -> #{}
    end,
    {Events, Reports} = call(Collector, take),
    maps:merge(maps:merge(State, Result), #{step => Index, op => Op, events => Events, reports => Reports}).

state(#{pid := Pid} = Sup) ->
    Counts = supervisor:count_children(Pid),
    #{
        children => lines(Sup),
        counts => [proplists:get_value(Key, Counts) || Key <- [specs, active, supervisors, workers]]
    }.

%% The order of dynamic children is that of their names, which are not known yet.
lines(#{pid := Pid, template := Template}) ->
    Lines = [{Id, Child, Type} || {Id, Child, Type, _} <- supervisor:which_children(Pid)],
    case Template of
        none -> Lines;
        _ -> {sorted, Lines}
    end.

%% Quiet: every supervisor answers, none has a child to try again, nobody has a message left, nothing happens.
quiet(Collector) ->
    Before = call(Collector, count),
    Answered = answered(Collector),
    timer:sleep(?QUIET_MS),
    IsQuiet = Answered andalso answered(Collector) andalso idle(Collector) andalso call(Collector, count) =:= Before,
    IsQuiet orelse quiet(Collector).

answered(Collector) ->
    lists:all(fun(Children) -> not lists:keymember(restarting, 2, Children) end,
        [try supervisor:which_children(Pid) catch exit:_ -> [] end || {_, Pid, #{kind := supervisor}} <- call(Collector, alive)]).

idle(Collector) ->
    lists:all(fun({_, Pid, _}) -> process_info(Pid, [status, message_queue_len]) =:=
        [{status, waiting}, {message_queue_len, 0}] end, call(Collector, alive)).

%% ---- Steps: {{result, Result} | none, Answers of asynchronous steps}.

perform(#{async := Name} = Step, World, Answers) ->
    Runner = self(),
    spawn_link(fun() -> Runner ! {answer, Name, api(Step, World)} end),
    {{result, async}, Answers};
perform(#{op := await, name := Name}, _, Answers) ->
    {{result, receive {answer, Name, Answer} -> Answer end}, Answers};
perform(#{op := Op} = Step, #{collector := Collector} = World, Answers) ->
    {case Op of
        exit -> {result, leave(maps:get(id, Step), maps:get(reason, Step, normal), World)};
        kill -> {result, killed(maps:get(id, Step), World)};
        signal -> {result, on_process(maps:get(id, Step), World, fun(Pid, _) -> exit(Pid, maps:get(reason, Step)) end)};
        release -> {result, on_process(maps:get(id, Step), World, fun(Pid, _) -> Pid ! release end)};
        unlink -> {result, on_process(maps:get(id, Step), World, fun(Pid, _) -> Pid ! unlink end)};
        unexpected -> {result, on_process(maps:get(sup, Step), World, fun(Pid, _) -> Pid ! unexpected end)};
        stop ->
            Stop = {stop, maps:get(reason, Step, normal)},
            {result, on_process(maps:get(root, World), World, fun(_, _) -> maps:get(parent, World) ! Stop end)};
        batch -> {result, batch(Step, World)};
        wait -> timer:sleep(maps:get(ms, Step)), none;
        align ->
            Behind = (maps:get(ms, Step) - erlang:monotonic_time(millisecond)) rem 1000,
            timer:sleep((Behind + 1000) rem 1000),
            none;
        set_start -> call(Collector, {script, maps:get(id, Step), script(maps:get(start, Step))}), none;
        fail_starts ->
            Failure = maps:merge(#{error => maps:get(reason, Step, efail)}, maps:with([delay], Step)),
            call(Collector, {fail, maps:get(id, Step), lists:duplicate(maps:get(count, Step, 1), Failure)}),
            none;
        check_childspecs -> {result, check(Step, World)};
        _ -> {result, api(Step, World)}
    end, Answers}.

on_process(Id, #{collector := Collector}, Do) ->
    case call(Collector, {latest, Id}) of
        #{pid := Pid, kind := Kind, alive := true} -> Do(Pid, Kind), ok;
        _ -> no_process
    end.

killed(Id, World) -> on_process(Id, World, fun(Pid, _) -> exit(Pid, kill) end).

leave(Id, Reason, World) ->
    on_process(Id, World, fun
        (Pid, supervisor) -> sys:terminate(Pid, Reason, infinity);
        (Pid, worker) -> Pid ! {leave, Reason}
    end).

%% The supervisor is frozen while they die one by one, so all of the deaths wait before it looks at the first.
batch(#{sup := Sup, exits := Exits}, #{collector := Collector} = World) ->
    Die = fun(#{id := Id, reason := Reason}) ->
        Ref = case call(Collector, {latest, Id}) of
            #{pid := Pid, alive := true} -> monitor(process, Pid);
            _ -> none
        end,
        Result = case Reason of
            kill -> killed(Id, World);
            _ -> leave(Id, Reason, World)
        end,
        Ref =:= none orelse receive {'DOWN', Ref, process, _, _} -> ok end,
        Result
    end,
    case call(Collector, {latest, Sup}) of
        undefined -> no_process;
        #{alive := false} -> [Die(Exit) || Exit <- Exits];
        #{pid := Pid} ->
            ok = sys:suspend(Pid, infinity),
            Results = [Die(Exit) || Exit <- Exits],
            ok = sys:resume(Pid, infinity),
            Results
    end.

check(#{specs := Given} = Step, #{collector := Collector}) ->
    Specs = case Given of
        #{raw := Raw} -> Raw;
        _ -> [child_spec(Collector, named(Spec, none)) || Spec <- Given]
    end,
    case Step of
        #{autoShutdown := AutoShutdown} -> supervisor:check_childspecs(Specs, AutoShutdown);
        _ -> supervisor:check_childspecs(Specs)
    end.

api(#{op := Op, sup := Name} = Step, #{collector := Collector}) ->
    case call(Collector, {latest, Name}) of
        undefined -> no_process;
        Sup ->
            try ask(Op, Sup, Step, Collector)
            catch exit:{Reason, {gen_server, call, _}} -> {exit, Reason}
            end
    end.

ask(which_children, Sup, _, _) -> lines(Sup);
ask(count_children, #{pid := Sup}, _, _) -> maps:from_list(supervisor:count_children(Sup));
ask(start_child, #{pid := Sup}, #{name := Name} = Step, _) ->
    supervisor:start_child(Sup, [Name, maps:get(behavior, Step, #{})]);
ask(start_child, #{pid := Sup}, #{spec := Spec}, Collector) ->
    Node = named(Spec, none),
    declare(Collector, Node),
    supervisor:start_child(Sup, child_spec(Collector, Node));
ask(get_childspec, #{pid := Pid} = Sup, Step, Collector) ->
    case supervisor:get_childspec(Pid, target(Sup, Step, Collector)) of
        {ok, Spec} -> {ok, maps:with([id, restart, shutdown, significant, type], Spec)};
        Error -> Error
    end;
ask(terminate_child, #{pid := Pid} = Sup, Step, Collector) ->
    supervisor:terminate_child(Pid, target(Sup, Step, Collector));
ask(Op, #{pid := Pid} = Sup, Step, Collector) when Op =:= restart_child; Op =:= delete_child ->
    supervisor:Op(Pid, target(Sup#{template := none}, Step, Collector)).

%% Whom a request is for: a child of the supervisor by the id in its spec, a dynamic one by its last pid.
target(_, #{by := foreign}, Collector) -> Collector;
target(_, #{by := id, id := Id}, _) -> Id;
target(#{template := Template}, #{id := Id} = Step, Collector) ->
    case {call(Collector, {latest, Id}), Template, Step} of
        {undefined, _, _} -> Id;
        {#{pid := Pid}, _, #{by := pid}} -> Pid;
        {#{id := Known}, none, _} -> Known;
        {#{pid := Pid}, _, _} -> Pid
    end.

%% ---- The tree.

%% Gives a node and those below it the names of the traces. Nodes of a template get theirs when it is used.
named(#{raw := _} = Node, _) -> Node;
named(#{id := Id} = Node, Prefix) ->
    Named = Node#{as => case Prefix of
        none -> Id;
        _ -> list_to_atom(lists:concat([Prefix, "/", Id]))
    end},
    Named#{prefix => Prefix}.

declare(_, #{raw := _}) -> ok;
declare(Collector, #{as := As} = Node) ->
    call(Collector, {declare, As, script(maps:get(start, maps:get(behavior, Node, #{}), []))}),
    case Node of
        #{strategy := simple_one_for_one} -> ok;
        _ -> [declare(Collector, Child) || Child <- below(Node)], ok
    end.

below(Node) -> [named(Child, maps:get(prefix, Node, none)) || Child <- maps:get(children, Node, [])].

script(Starts) when is_list(Starts) -> Starts;
script(Start) -> [Start].

child_spec(_, #{raw := Raw}) -> Raw;
child_spec(Collector, Node) -> child_spec(Node, {?MODULE, start_node, [Collector, Node]}, []).

child_spec(Node, Start, _) ->
    Spec = maps:with([id, restart, shutdown, significant, type, modules], Node),
    maps:without(maps:get(omit, Node, []), Spec#{start => maps:get(startRaw, Node, Start)}).

%% The start function of every child: `dynamic` of those that are made from a template.
start_dynamic(Collector, Template, Name, Behavior) ->
    Own = Template#{behavior => maps:merge(maps:get(behavior, Template, #{}), Behavior)},
    Node = case Own of
        #{type := supervisor} -> named(Own, Name);
        _ -> Own#{as => Name}
    end,
    declare(Collector, Node),
    start_node(Collector, Node).

start_node(Collector, #{as := As} = Node) ->
    {N, Script} = call(Collector, {attempt, As}),
    is_map(Script) andalso timer:sleep(maps:get(delay, Script, 0)),
    Result = start_node(maps:get(type, Node, worker), Collector, Node, N, Script),
    tell(Collector, case Result of
        {ok, _} -> {start, As, N};
        {ok, _, _} -> {start, As, N};
        ignore -> {ignore, As, N};
        {error, Reason} -> {start_error, As, N, Reason};
        Garbage -> {start_error, As, N, Garbage}
    end),
    case Script of
        #{throw := _} -> throw(Result);
        _ -> Result
    end.

start_node(supervisor, Collector, Node, N, Script) ->
    supervisor:start_link(?MODULE, {Collector, Node, N, Script});
start_node(worker, _, _, _, ignore) -> ignore;
start_node(worker, _, _, _, #{return := Garbage}) -> Garbage;
start_node(worker, _, _, _, #{throw := Thrown}) -> Thrown;
start_node(worker, Collector, Node, N, Script) ->
    proc_lib:start_link(?MODULE, worker, [Collector, self(), Node, N, Script]).

init({Collector, #{as := As} = Node, N, Script}) ->
    %% For its reports.
    put(oracle, {Collector, As}),
    Template = case Node of
        #{strategy := simple_one_for_one, children := [#{id := Id}]} -> Id;
        _ -> none
    end,
    call(Collector, {process, N, #{pid => self(), kind => supervisor, as => As, id => maps:get(id, Node), template => Template}}),
    tell(Collector, {init, As, N}),
    case Script of
        ignore -> ignore;
        #{error := Reason} -> error(Reason);
        #{return := Garbage} -> Garbage;
        _ ->
            Flags = maps:with([strategy, intensity, period], Node),
            Specs = case Node of
                #{strategy := simple_one_for_one} -> [template_spec(Collector, Child) || Child <- maps:get(children, Node, [])];
                _ -> [child_spec(Collector, Child) || Child <- below(Node)]
            end,
            {ok, {case Node of
                #{autoShutdown := AutoShutdown} -> Flags#{auto_shutdown => AutoShutdown};
                _ -> Flags
            end, Specs}}
    end.

template_spec(_, #{raw := Raw}) -> Raw;
template_spec(Collector, Template) -> child_spec(Template, {?MODULE, start_dynamic, [Collector, Template]}, []).

worker(_, Parent, _, _, #{error := Reason}) ->
    unlink(Parent),
    proc_lib:init_ack(Parent, {error, Reason});
worker(_, _, _, _, #{crash := Reason}) ->
    error(Reason);
worker(Collector, Parent, #{id := Id, as := As} = Node, N, Script) ->
    Behavior = maps:get(behavior, Node, #{}),
    process_flag(trap_exit, maps:get(trapExit, Behavior, true)),
    call(Collector, {process, N, #{pid => self(), kind => worker, as => As, id => Id, template => none}}),
    proc_lib:init_ack(Parent, case Script of
        #{info := Info} -> {ok, self(), Info};
        _ -> {ok, self()}
    end),
    case Script of
        #{exitAfter := Life} -> erlang:send_after(Life, self(), {leave, maps:get(reason, Script, normal)});
        _ -> ok
    end,
    Reason = until_asked(Parent),
    tell(Collector, {stopping, As, N, Reason}),
    case maps:get(onShutdown, Behavior, obey) of
        obey -> exit(Reason);
        ignore -> until_asked(nobody);
        hold -> linger(infinity, Reason);
        #{delay := Ms} -> linger(Ms, Reason);
        #{exit := Other} -> exit(Other)
    end.

linger(Ms, Reason) ->
    receive
        release -> exit(Reason);
        {leave, Other} -> exit(Other)
    after Ms -> exit(Reason)
    end.

until_asked(Parent) ->
    receive
        {leave, Reason} -> exit(Reason);
        {'EXIT', Parent, Reason} -> Reason;
        unlink -> unlink(Parent), until_asked(Parent);
        _ -> until_asked(Parent)
    end.

%% ---- The collector: what has happened, and who is who.

call(Collector, Request) ->
    Ref = monitor(process, Collector),
    Collector ! {call, self(), Ref, Request},
    receive
        {Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, _, Reason} -> exit({collector, Reason})
    end.

tell(Collector, Event) -> Collector ! {event, Event}.

%% `names`: pid => {As, N, is it up?}, of every process ever; `latest`: As => the latest process of that name.
collector(#{names := Names, latest := Latest} = State, {Events, Reports} = Happened, Count) ->
    receive
        {call, From, Ref, take} ->
            From ! {Ref, {[event(Event) || Event <- lists:reverse(Events)], lists:reverse(Reports)}},
            collector(State, {[], []}, Count);
        {call, From, Ref, count} ->
            From ! {Ref, Count},
            collector(State, Happened, Count);
        {call, From, Ref, Request} ->
            {Answer, Next} = answer(Request, State),
            From ! {Ref, Answer},
            collector(Next, Happened, Count);
        {event, {start, As, N} = Event} ->
            Up = maps:map(fun(_, {A, M, IsUp}) -> {A, M, IsUp orelse {A, M} =:= {As, N}} end, Names),
            collector(State#{names := Up}, {[Event | Events], Reports}, Count + 1);
        {event, Event} ->
            collector(State, {[Event | Events], Reports}, Count + 1);
        {report, Report, Child} ->
            Name = case Child of
                {pid, Pid, _} when is_map_key(Pid, Names) -> element(1, maps:get(Pid, Names));
                {pid, _, Otherwise} -> Otherwise
            end,
            collector(State, {Events, [Report#{child => Name} | Reports]}, Count + 1);
        {'DOWN', _, process, Pid, Reason} ->
            {As, N, IsUp} = maps:get(Pid, Names),
            Next = case Latest of
                #{As := #{pid := Pid} = Process} -> State#{latest := Latest#{As := Process#{alive := false}}};
                _ -> State
            end,
            %% What failed to start has no end.
            case IsUp of
                true -> collector(Next, {[{exit, As, N, Reason} | Events], Reports}, Count + 1);
                false -> collector(Next, Happened, Count + 1)
            end
    end.

answer({declare, As, Script}, #{scripts := Scripts} = State) ->
    {ok, State#{scripts := maps:merge(#{As => Script}, Scripts)}};
answer({script, As, Script}, #{scripts := Scripts} = State) ->
    {ok, State#{scripts := Scripts#{As => Script}}};
answer({fail, As, Failures}, #{scripts := Scripts} = State) ->
    {ok, State#{scripts := Scripts#{As => Failures ++ maps:get(As, Scripts, [])}}};
answer({attempt, As}, #{scripts := Scripts, attempts := Attempts} = State) ->
    N = maps:get(As, Attempts, 0) + 1,
    {Start, Rest} = case maps:get(As, Scripts, []) of
        [First | More] -> {First, More};
        [] -> {ok, []}
    end,
    {{N, Start}, State#{attempts := Attempts#{As => N}, scripts := Scripts#{As => Rest}}};
answer({process, N, #{pid := Pid, as := As} = Process}, #{names := Names, latest := Latest} = State) ->
    monitor(process, Pid),
    {ok, State#{names := Names#{Pid => {As, N, false}}, latest := Latest#{As => Process#{alive => true}}}};
answer({latest, As}, #{latest := Latest} = State) ->
    {maps:get(As, Latest, undefined), State};
answer(alive, #{latest := Latest} = State) ->
    {[{As, Pid, Process} || {As, #{pid := Pid, alive := true} = Process} <- maps:to_list(Latest)], State};
answer(names, #{names := Names} = State) ->
    {maps:map(fun(_, {As, N, _}) -> text(io_lib:format("~s#~b", [As, N])) end, Names), State}.

event({Ev, Id, N}) -> #{ev => Ev, id => Id, n => N};
event({Ev, Id, N, Reason}) -> #{ev => Ev, id => Id, n => N, reason => Reason}.

%% ---- Reports. A handler runs in the process that logs: in the supervisor.

log(#{msg := {report, #{label := {supervisor, Kind}, report := Report}}}, _) ->
    case get(oracle) of
        undefined -> ok;
        {Collector, As} -> report(Kind, Report, Collector, As)
    end;
log(_, _) ->
    ok.

report(progress, Report, Collector, As) ->
    Child = proplists:get_value(started, Report),
    Collector ! {report, #{kind => progress, sup => As}, offender(Child)};
report(_, Report, Collector, As) ->
    Child = proplists:get_value(offender, Report),
    Facts = #{kind => proplists:get_value(errorContext, Report), sup => As, reason => proplists:get_value(reason, Report)},
    case proplists:get_value(nb_children, Child) of
        undefined -> Collector ! {report, Facts, offender(Child)};
        Count -> Collector ! {report, Facts#{count => Count}, {pid, none, proplists:get_value(id, Child)}}
    end.

%% A child by its pid. One that did not start has none, but the arguments of its start function.
offender(Child) ->
    Pid = case proplists:get_value(pid, Child) of
        {restarting, Old} -> Old;
        Other -> Other
    end,
    {pid, Pid, case proplists:get_value(mfargs, Child) of
        {_, start_node, [_, #{as := As}]} -> As;
        {_, start_dynamic, [_, #{type := supervisor, id := Id}, Name, _]} -> list_to_atom(lists:concat([Name, "/", Id]));
        {_, start_dynamic, [_, _, Name, _]} -> Name;
        _ -> proplists:get_value(id, Child)
    end}.

%% ---- JSON. OTP 25 has no module for it.

print(Term, Names) -> io:put_chars([json(Term, Names), $\n]).

text(Chars) -> unicode:characters_to_binary(Chars).

json(Map, Names) when is_map(Map) ->
    Pairs = [[json(Key, Names), $:, json(Value, Names)] || {Key, Value} <- maps:to_list(Map)],
    [${, lists:join($,, Pairs), $}];
json({sorted, Lines}, Names) ->
    Named = [{text(json(Child, Names)), Line} || {_, Child, _} = Line <- Lines],
    json([Line || {_, Line} <- lists:keysort(1, Named)], Names);
json(Integer, _) when is_integer(Integer) -> integer_to_list(Integer);
json(Boolean, _) when is_boolean(Boolean) -> atom_to_binary(Boolean);
%% The recorded traces name their own callback module.
json(?MODULE, Names) -> json(oo_sup, Names);
json(Atom, Names) when is_atom(Atom) -> json(atom_to_binary(Atom), Names);
json(Pid, Names) when is_pid(Pid) -> json(maps:get(Pid, Names), Names);
%% The supervisor's own record of a child, which it tells in the error of start_child.
json(Child, Names) when element(1, Child) =:= child, tuple_size(Child) > 7 ->
    json(text(io_lib:format("child:~s", [element(3, Child)])), Names);
json({Reason, [{_, _, _, Location} | _]}, Names) when is_list(Location) -> json({Reason, stack}, Names);
json(Tuple, Names) when is_tuple(Tuple) -> json(tuple_to_list(Tuple), Names);
json(List, Names) when is_list(List) -> [$[, lists:join($,, [json(Each, Names) || Each <- List]), $]];
json(Text, _) when is_binary(Text) ->
    [$", [case C of $" -> "\\\""; $\\ -> "\\\\"; _ when C < 32 -> io_lib:format("\\u~4.16.0b", [C]); _ -> C end
        || C <- unicode:characters_to_list(Text)], $"].
