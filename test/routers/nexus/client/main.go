// Command client is nexus's own WAMP client behind lines of JSON: commands on standard input, answers and news on
// standard output. test/clients/foreign-client.ts has their shapes.
package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gammazero/nexus/v3/client"
	"github.com/gammazero/nexus/v3/wamp"
	"github.com/gammazero/nexus/v3/wamp/crsign"
)

type auth struct {
	Method string
	Authid string
	Secret string
}

type command struct {
	Id         int
	Do         string
	Session    string
	URL        string
	Realm      string
	Serializer string
	Auth       *auth
	Call       int
	Procedure  string
	Topic      string
	Behaviour  string
	Mode       string
	Args       wamp.List
	Kwargs     wamp.Dict
	Options    wamp.Dict
}

type session struct {
	client *client.Client
	mutex  sync.Mutex
	cancel map[int]context.CancelFunc
}

var (
	output   sync.Mutex
	mutex    sync.Mutex
	sessions = map[string]*session{}
)

func write(line wamp.Dict) {
	output.Lock()
	defer output.Unlock()
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		panic(err)
	}
}

func find(name string) *session {
	mutex.Lock()
	defer mutex.Unlock()
	return sessions[name]
}

func orEmptyList(list wamp.List) wamp.List {
	if list == nil {
		return wamp.List{}
	}
	return list
}

func orEmptyDict(dict wamp.Dict) wamp.Dict {
	if dict == nil {
		return wamp.Dict{}
	}
	return dict
}

// whole gives what JSON made a float of back as an integer: Go's clients look at the types of their options.
func whole(value any) any {
	switch value := value.(type) {
	case float64:
		if value == float64(int64(value)) {
			return int64(value)
		}
	case map[string]any:
		for key, each := range value {
			value[key] = whole(each)
		}
	case []any:
		for index, each := range value {
			value[index] = whole(each)
		}
	}
	return value
}

func wholeDict(dict wamp.Dict) wamp.Dict {
	for key, each := range dict {
		dict[key] = whole(each)
	}
	return dict
}

func wholeList(list wamp.List) wamp.List {
	for index, each := range list {
		list[index] = whole(each)
	}
	return list
}

// uriOf finds the URI that its errors carry in their text only: of a refused login "...: wamp.error.x".
func uriOf(err error) wamp.Dict {
	var rpc client.RPCError
	if errors.As(err, &rpc) {
		return wamp.Dict{"uri": rpc.Err.Error, "args": orEmptyList(rpc.Err.Arguments), "kwargs": orEmptyDict(rpc.Err.ArgumentsKw)}
	}
	uri := "no.wamp.error"
	for _, word := range strings.FieldsFunc(err.Error(), func(r rune) bool { return strings.ContainsRune(" :,;()\"", r) }) {
		if strings.HasPrefix(word, "wamp.") {
			uri = word
		}
	}
	return wamp.Dict{"uri": uri, "args": wamp.List{err.Error()}, "kwargs": wamp.Dict{}}
}

func handlers(given *auth) map[string]client.AuthFunc {
	if given == nil {
		return nil
	}
	return map[string]client.AuthFunc{
		"ticket": func(*wamp.Challenge) (string, wamp.Dict) { return given.Secret, wamp.Dict{} },
		"wampcra": func(challenge *wamp.Challenge) (string, wamp.Dict) {
			return crsign.RespondChallenge(given.Secret, challenge, nil), wamp.Dict{}
		},
		"cryptosign": func(challenge *wamp.Challenge) (string, wamp.Dict) {
			seed, _ := hex.DecodeString(given.Secret)
			text, _ := wamp.AsString(challenge.Extra["challenge"])
			octets, _ := hex.DecodeString(text)
			return hex.EncodeToString(ed25519.Sign(ed25519.NewKeyFromSeed(seed), octets)) + text, wamp.Dict{}
		},
	}
}

func open(given command) (any, error) {
	details := wamp.Dict{}
	chosen := map[string]client.AuthFunc{}
	if given.Auth != nil {
		details["authid"] = given.Auth.Authid
		chosen[given.Auth.Method] = handlers(given.Auth)[given.Auth.Method]
		if given.Auth.Method == "cryptosign" {
			seed, _ := hex.DecodeString(given.Auth.Secret)
			public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
			details["authextra"] = wamp.Dict{"pubkey": hex.EncodeToString(public)}
		}
	}
	serialization := map[string]client.Config{
		"json":    {Serialization: client.JSON},
		"msgpack": {Serialization: client.MSGPACK},
		"cbor":    {Serialization: client.CBOR},
	}[given.Serializer].Serialization
	made, err := client.ConnectNet(context.Background(), strings.Replace(given.URL, "rs://", "tcp://", 1), client.Config{
		Realm:           given.Realm,
		Serialization:   serialization,
		HelloDetails:    details,
		AuthHandlers:    chosen,
		ResponseTimeout: 10 * time.Second,
		Logger:          log.New(io.Discard, "", 0),
	})
	if err != nil {
		return nil, err
	}
	mutex.Lock()
	sessions[given.Session] = &session{client: made, cancel: map[int]context.CancelFunc{}}
	mutex.Unlock()
	go func() {
		<-made.Done()
		var reason any
		if goodbye := made.RouterGoodbye(); goodbye != nil {
			reason = goodbye.Reason
		}
		write(wamp.Dict{"session": given.Session, "closed": reason})
	}()
	welcome := made.RealmDetails()
	return wamp.Dict{
		"session": made.ID(), "authid": welcome["authid"], "authrole": welcome["authrole"], "authmethod": welcome["authmethod"],
	}, nil
}

func call(given command) (any, error) {
	mine := find(given.Session)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	mine.mutex.Lock()
	mine.cancel[given.Call] = cancel
	mine.mutex.Unlock()
	progress := wamp.List{}
	var onProgress client.ProgressHandler
	if given.Options["receive_progress"] == true {
		onProgress = func(part *wamp.Result) { progress = append(progress, orEmptyList(part.Arguments)) }
	}
	result, err := mine.client.Call(ctx, given.Procedure, given.Options, given.Args, given.Kwargs, onProgress)
	if errors.Is(err, context.Canceled) {
		return nil, client.RPCError{Err: &wamp.Error{Error: "wamp.error.canceled"}, Procedure: given.Procedure}
	}
	if err != nil {
		return nil, err
	}
	return wamp.Dict{"args": orEmptyList(result.Arguments), "kwargs": orEmptyDict(result.ArgumentsKw), "progress": progress}, nil
}

func behave(mine *client.Client, behaviour string, registered string) client.InvocationHandler {
	return map[string]client.InvocationHandler{
		"echo": func(_ context.Context, invocation *wamp.Invocation) client.InvokeResult {
			return client.InvokeResult{Args: invocation.Arguments, Kwargs: invocation.ArgumentsKw}
		},
		"refuse": func(_ context.Context, invocation *wamp.Invocation) client.InvokeResult {
			return client.InvokeResult{Err: "com.example.refused", Args: invocation.Arguments, Kwargs: invocation.ArgumentsKw}
		},
		"count": func(ctx context.Context, invocation *wamp.Invocation) client.InvokeResult {
			total, _ := wamp.AsInt64(invocation.Arguments[0])
			for part := int64(1); part <= total; part++ {
				// Nobody may want them.
				_ = mine.SendProgress(ctx, wamp.List{part}, nil)
			}
			return client.InvokeResult{Args: wamp.List{total}}
		},
		"who": func(_ context.Context, invocation *wamp.Invocation) client.InvokeResult {
			procedure, isGiven := wamp.AsString(invocation.Details["procedure"])
			if !isGiven {
				procedure = registered
			}
			return client.InvokeResult{Args: wamp.List{procedure, invocation.Details["caller"]}}
		},
		"sleep": func(ctx context.Context, _ *wamp.Invocation) client.InvokeResult {
			<-ctx.Done()
			write(wamp.Dict{"interrupted": registered})
			return client.InvocationCanceled
		},
	}[behaviour]
}

func do(given command) (any, error) {
	if given.Do == "open" {
		return open(given)
	}
	mine := find(given.Session)
	switch given.Do {
	case "call":
		return call(given)
	case "cancel":
		if err := mine.client.SetCallCancelMode(given.Mode); err != nil {
			return nil, err
		}
		mine.mutex.Lock()
		defer mine.mutex.Unlock()
		mine.cancel[given.Call]()
		return nil, nil
	case "register":
		return nil, mine.client.Register(given.Procedure, behave(mine.client, given.Behaviour, given.Procedure), given.Options)
	case "unregister":
		return nil, mine.client.Unregister(given.Procedure)
	case "subscribe":
		return nil, mine.client.Subscribe(given.Topic, func(event *wamp.Event) {
			topic, isGiven := wamp.AsString(event.Details["topic"])
			if !isGiven {
				topic = given.Topic
			}
			write(wamp.Dict{"session": given.Session, "event": wamp.Dict{
				"subscribed": given.Topic, "topic": topic, "publisher": event.Details["publisher"],
				"args": orEmptyList(event.Arguments), "kwargs": orEmptyDict(event.ArgumentsKw),
			}})
		}, given.Options)
	case "unsubscribe":
		return nil, mine.client.Unsubscribe(given.Topic)
	case "publish":
		return nil, mine.client.Publish(given.Topic, given.Options, given.Args, given.Kwargs)
	case "close":
		return nil, mine.client.Close()
	}
	return nil, errors.New("unknown command " + given.Do)
}

func main() {
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var given command
		if err := json.Unmarshal(line, &given); err != nil {
			panic(err)
		}
		given.Args, given.Kwargs, given.Options = wholeList(given.Args), wholeDict(given.Kwargs), wholeDict(given.Options)
		go func() {
			result, err := do(given)
			if err != nil {
				write(wamp.Dict{"id": given.Id, "error": uriOf(err)})
				return
			}
			write(wamp.Dict{"id": given.Id, "result": result})
		}()
	}
}
